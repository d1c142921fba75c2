"""MPS and LP files say the program that was solved: HiGHS's own reader finds the same optimum."""

import highspy
import pytest

from powergap import lp
from powergap.errors import InputError
from powergap.export import hand_over
from powergap.results.run_folder import lp_file


def optimum(path):
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    assert highs.readModel(str(path)) == highspy.HighsStatus.kOk
    highs.run()
    return highs.getInfo().objective_function_value, highs.getLp()


@pytest.mark.parametrize("form", ["mps", "lp"])
@pytest.mark.parametrize(
    ("scenario", "sets", "policy"),
    [
        ("tiny/lead-time.yaml", (), "base"),
        ("tiny/lead-time.yaml", ("objective=least_gap",), "base"),
        ("tiny/battery.yaml", (), "both"),
        ("tiny/two-regions.yaml", (), "move"),
    ],
)
def test_the_file_has_the_same_optimum(folder_of, tmp_path, scenario, sets, policy, form):
    folder = folder_of(scenario, *sets)
    (file,) = hand_over(folder, tmp_path / f"program.{form}", form, policy=policy)
    program, solution = lp.load(folder / "lp" / lp_file(policy, "mid"))
    objective, read = optimum(file)
    assert objective == pytest.approx(solution.objective, rel=1e-9)
    assert (read.num_row_, read.num_col_) == program.shape
    assert {"gap(" in name for name in read.col_names_} == {True, False}
    assert any(name.startswith("power_balance(") for name in read.row_names_)


def test_words_for_what_is_not_there(folder_of, tmp_path):
    folder = folder_of("tiny/two-regions.yaml")
    with pytest.raises(InputError, match="name it with --policy: stay, move"):
        hand_over(folder, tmp_path / "a.mps", "mps")
    with pytest.raises(InputError, match=r"no policy `mvoe`; it has stay, move; did you mean `move`\?"):
        hand_over(folder, tmp_path / "a.mps", "mps", policy="mvoe")
    with pytest.raises(InputError, match="no case `high`; it has mid"):
        hand_over(folder, tmp_path / "a.mps", "mps", policy="stay", case="high")
    with pytest.raises(InputError, match=r"ends in \.lp$"):
        hand_over(folder, tmp_path / "a.mps", "lp", policy="stay")
    with pytest.raises(InputError, match="unknown format `ods`"):
        hand_over(folder, tmp_path / "a.ods", "ods")
    (folder / "lp" / lp_file("stay", "mid")).write_bytes(b"nothing")
    with pytest.raises(InputError, match=r"stay\.mid\.npz: not readable"):
        hand_over(folder, tmp_path / "a.mps", "mps", policy="stay")
