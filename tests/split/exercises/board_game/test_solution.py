import builtins
import textwrap

import pytest

import solution
from solution import Board, draw_map, play


@pytest.fixture
def answers(monkeypatch):
    """Gives answers to input() and keeps what it was asked"""
    asked = []

    def give(*texts):
        waiting = iter(texts)

        def fake(prompt=""):
            asked.append(prompt)
            return next(waiting)

        monkeypatch.setattr(builtins, "input", fake)
        return asked

    return give


@pytest.fixture
def board():
    return Board()


def picture(text):
    return textwrap.dedent(text).strip("\n")


def test_an_empty_board(board):
    assert str(board) == "  |   |  \n--+---+--\n  |   |  \n--+---+--\n  |   |  "


def test_marks(board):
    """Marks stand where they were put"""
    board.put(1, "X")
    board.put(5, "O")
    board.put(9, "X")
    expected = """
        X |   |  
        --+---+--
          | O |  
        --+---+--
          |   | X
    """
    assert str(board) == picture(expected).rstrip()


@pytest.mark.parametrize("place", [0, 10, -1])
def test_not_on_the_board(board, place):
    with pytest.raises(ValueError, match=f"^{place} is not on the board$"):
        board.put(place, "X")


def test_taken(board):
    board.put(3, "X")
    with pytest.raises(ValueError, match="taken"):
        board.put(3, "O")
    assert board.cells == [" ", " ", "X"] + [" "] * 6


@pytest.mark.parametrize("line", Board.LINES if hasattr(Board, "LINES") else [])
def test_every_known_line_wins(board, line):
    for cell in line:
        assert board.winner is None
        board.put(cell + 1, "O")
    assert board.winner == "O"


def test_the_other_diagonal(board):
    for place in (3, 5, 7):
        board.put(place, "X")
    assert board.winner == "X"


def test_a_whole_game(answers, capsys):
    """X wins in the first row"""
    asked = answers("1", "4", "2", "5", "3")
    board = play()
    lines = capsys.readouterr().out.splitlines()
    assert asked == ["X: ", "O: ", "X: ", "O: ", "X: "]
    assert len(lines) == 6 * 5 + 1
    assert lines[-6:] == ["X | X | X", "--+---+--", "O | O |  ", "--+---+--", "  |   |  ", "X wins!"]
    assert board.winner == "X"


def test_mistakes_are_forgiven(answers, capsys):
    """A wrong place costs no turn"""
    asked = answers("1", "1", "ten", "12", "4", "2", "5", "3")
    play()
    out = capsys.readouterr().out
    assert "Try again: 1 is taken\n" in out
    assert "Try again: 12 is not on the board\n" in out
    assert "invalid literal for int() with base 10: 'ten'" in out
    assert asked == ["X: ", "O: ", "O: ", "O: ", "O: ", "X: ", "O: ", "X: "]


def test_nobody_wins(answers, capsys):
    answers(*"123546879")
    board = play()
    assert board.full
    assert capsys.readouterr().out.endswith("Nobody wins.\n")


def test_the_game_is_given_up(answers, capsys):
    answers("1")
    with pytest.raises((StopIteration, RuntimeError)):
        play()
    assert "X | " in capsys.readouterr().out


def test_draw_map(capsys):
    draw_map(4, 3, player=(1, 1), walls={(0, 0), (3, 2)})
    assert (
        capsys.readouterr().out
        == picture("""
        #...
        .@..
        ...#
    """)
        + "\n"
    )


def test_draw_a_small_map(capsys):
    solution.draw_map(1, 1, (0, 0))
    solution.draw_map(1, 1, (5, 5))
    solution.draw_map(0, 2, (0, 0))
    assert capsys.readouterr().out == "@\n.\n\n\n"
