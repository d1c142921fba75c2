"""A page in the browser on which the main levers are moved and the gap is solved again: `powergap serve`.

    levers    what can be moved, between which ends
    position  where everything stands, as the page sends it and as a scenario file says it
    desk      the scenario on the desk: its levers, what a position finds, what it is saved as
    charts    the two figures of the page
    page      the page and its parts as HTML
    guard     who may ask: this machine's browser, with the token, in small requests
    app       the routes
    connection  how long a client is waited for, and how many at a time
    server    the socket, and an end at Ctrl-C

Web server and routes are Starlette's and uvicorn's, from the extra `serve`; controls are the browser's own.
"""
