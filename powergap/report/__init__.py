"""Figures and a page of a run, from its folder alone: `plot` draws one figure, `report` writes one HTML file.

    palette   one colour per family of technologies, everywhere
    view      a run's tables, tidied for figures
    tables    what each figure shows, as a table
    charts    how each figure is drawn, as a Vega-Lite chart over that table
    figures   the figures by name
    plot      a figure as SVG, PNG or PDF
    page      every figure, the assumptions and the proof in one file

Charts need the extra `report`; it is imported when a figure is drawn, not before.
"""
