"""Figures and a page of a run, from its folder alone: `plot` draws one figure, `report` writes one HTML file.

    palette   one colour per family of technologies, everywhere
    view      a run's tables, tidied for figures
    tables    what each figure shows, as a table
    labels    where the names of points go
    figures   the figures by name
    listings  what the page lists without a chart
    charts    how each figure is drawn, as a Vega-Lite chart over its table
    style     how every chart looks
    words     the answer in a sentence, and every policy in a row
    plot      a figure as SVG, PNG or PDF
    page      every figure, the assumptions and the proof in one file

Charts need the extra `report`; it is imported when a figure is drawn, not before.
"""
