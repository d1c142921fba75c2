"""`parallel.each` keeps the order, counts what is done, and stops when an item fails or somebody cancels."""

import threading

import pytest

from powergap.parallel import Cancelled, each, stop_if_cancelled


def test_results_come_in_order_and_are_counted():
    done = []
    assert each(lambda n: n**2, range(20), workers=3, on_done=done.append) == [n**2 for n in range(20)]
    assert done == sorted(done)
    assert done[-1] == 20


def test_nothing_to_do_is_done():
    assert each(str, []) == []


def test_a_failure_stops_the_others():
    cancel, begun = threading.Event(), []

    def work(number):
        begun.append(number)
        if number == 0:
            raise ValueError("first")
        assert cancel.wait(10)

    with pytest.raises(ValueError, match="first"):
        each(work, range(50), cancel=cancel, workers=2)
    assert len(begun) < 50


def test_what_is_cancelled_begins_nothing_and_gives_no_result():
    cancel, begun = threading.Event(), []
    with pytest.raises(Cancelled):
        each(lambda _: cancel.set(), [1], cancel=cancel)
    with pytest.raises(Cancelled):
        each(begun.append, [1], cancel=cancel)
    assert begun == []


def test_without_an_event_nobody_cancels():
    stop_if_cancelled(None)
    stop_if_cancelled(threading.Event())
