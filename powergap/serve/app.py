"""The routes: the page, its levers, a position solved, a scenario saved."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from powergap.errors import InputError, system_reason
from powergap.parallel import Cancelled
from powergap.serve import page
from powergap.serve.charts import figures
from powergap.serve.guard import Asgi, guarded
from powergap.serve.session import Desk
from powergap.serve.state import PageState
from powergap.serve.superseded import Turns

WRONG, SUPERSEDED = 422, 409
Handler = Callable[[Request], Awaitable[Response]]


class PageRequest(BaseModel):
    """What the page sends: which page it is, where everything stands, and to save, under which name."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    page: Annotated[str, Field(max_length=64)]
    position: PageState
    name: Annotated[str, Field(max_length=200)] = ""


def application(desk: Desk, token: str, port: int, turns: Turns) -> Asgi:
    """The application behind its guard."""

    async def shown(request: Request) -> Response:
        del request
        return HTMLResponse(page.page(desk, await run_in_threadpool(desk.levers, desk.start)))

    async def asset(request: Request) -> Response:
        text, kind = page.asset(request.path_params["name"])
        return Response(text, media_type=kind) if text else Response(status_code=404)

    async def levers(request: Request) -> Response:
        asked = await _asked(request)
        found = await run_in_threadpool(desk.levers, asked.position)
        return JSONResponse({"html": page.levers(found, asked.position)})

    async def solved(request: Request) -> Response:
        asked = await _asked(request)
        with turns.turn(asked.page) as cancel:
            finding = await run_in_threadpool(desk.find, asked.position, cancel)
            return JSONResponse(page.answer(finding) | {"figures": figures(finding)})

    async def saved(request: Request) -> Response:
        asked = await _asked(request)
        with turns.turn(asked.page) as cancel:
            path, finding = await run_in_threadpool(desk.save, asked.position, asked.name, cancel)
            told = {"file": str(Path(path)), "command": f"powergap solve {path.name}"}
            return JSONResponse(page.answer(finding) | {"figures": figures(finding), "saved": told})

    routes = [
        Route("/", shown),
        Route("/assets/{name}", asset),
        *(
            Route(path, _told(handler), methods=["POST"])
            for path, handler in (("/levers", levers), ("/solve", solved), ("/save", saved))
        ),
    ]
    return guarded(Starlette(routes=routes), token, port)


async def _asked(request: Request) -> PageRequest:
    return PageRequest.model_validate_json(await request.body())


def _told(handler: Handler) -> Handler:
    """A handler whose errors are told in the page's words."""

    async def answered(request: Request) -> Response:
        try:
            return await handler(request)
        except Cancelled:
            return JSONResponse({"superseded": True}, SUPERSEDED)
        except InputError as error:
            return JSONResponse({"problems": str(error).splitlines()}, WRONG)
        except ValidationError as error:
            problems: list[Any] = [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()]
            return JSONResponse({"problems": problems}, WRONG)
        except OSError as error:
            return JSONResponse({"problems": [system_reason(error)]}, WRONG)

    return answered
