import sys

import pytest

import solution
from solution import Account, Bank, NotEnough

EVENTS = []


@pytest.fixture
def account():
    return Account("Amal", 100)


@pytest.fixture
def rich(account):
    account.deposit(900)
    return account


@pytest.fixture(scope="module")
def shared_bank():
    bank = Bank()
    bank.open("shared", 10)
    yield bank
    EVENTS.append("closed")


@pytest.fixture
def open_bank():
    bank = Bank()
    bank.start()
    yield bank
    bank.stop()
    assert not bank.is_open


@pytest.fixture(autouse=True)
def no_fee(request):
    """Every test starts with the fee that the module has at first."""
    before = solution.FEE
    yield
    solution.FEE = before


@pytest.fixture(params=[0, 1, 250], ids=["zero", "one", "many"])
def amount(request):
    return request.param


@pytest.fixture
def fee():
    solution.FEE = 2


@pytest.fixture
def log(account):
    lines = []
    account.on_change = lines.append
    return lines


def test_a_fixture(account):
    assert account.owner == "Amal"
    assert account.balance == 100


def test_a_fixture_is_made_anew(account):
    account.withdraw(30)
    assert account.balance == 70


def test_fixtures_share_their_account(rich, account):
    assert rich is account
    assert account.balance == 1000


def test_deposit(account, amount):
    assert account.deposit(amount) == 100 + amount


def test_withdraw_too_much(account, amount):
    if amount <= 100:
        account.withdraw(amount)
        assert account.balance == 100 - amount
    else:
        with pytest.raises(NotEnough):
            account.withdraw(amount)
        assert account.balance == 100


@pytest.mark.usefixtures("fee")
def test_with_a_fee(account):
    account.withdraw(10)
    assert account.balance == 88


@pytest.mark.usefixtures("fee")
class TestFee:
    def test_the_fee_counts(self, account):
        with pytest.raises(NotEnough):
            account.withdraw(99)

    def test_exactly_enough(self, account):
        account.withdraw(98)
        assert account.balance == 0


def test_module_scope_first(shared_bank):
    shared_bank["shared"].deposit(5)
    assert shared_bank["shared"].balance == 15


def test_module_scope_second(shared_bank):
    assert shared_bank["shared"].balance == 15
    assert EVENTS == []


def test_teardown_by_yield(open_bank):
    assert open_bank.is_open
    open_bank.open("x", 1)
    assert "x" in open_bank


def test_callback_set_by_a_fixture(account, log):
    account.deposit(1)
    account.withdraw(2)
    assert log == [101, 99]


class TestBank:
    @pytest.fixture(scope="class")
    def bank(self):
        bank = Bank()
        bank.open("first", 1)
        return bank

    @pytest.fixture(autouse=True)
    def prepare(self, bank):
        self.bank = bank

    def test_first(self):
        self.bank.open("second", 2)
        assert len(self.bank) == 2

    def test_second(self):
        assert len(self.bank) == 2
        assert self.bank.total() == 3


@pytest.mark.skip(reason="interest comes next week")
def test_interest(account):
    assert account.interest() == 1


@pytest.mark.skipif(sys.version_info < (3, 8), reason="old Python")
def test_not_skipped(account):
    assert str(account) == "Amal: 100"


@pytest.mark.skipif(not hasattr(solution, "Loan"), reason="loans are optional")
def test_loans():
    assert solution.Loan(10).rest == 10


@pytest.mark.xfail(reason="known to be wrong", strict=True)
def test_half_cents(account):
    account.deposit(0.1)
    account.deposit(0.2)
    assert account.balance == 100.3 - 1


@pytest.mark.xfail(raises=NotEnough)
def test_expected_exception(account):
    account.withdraw(1000)


def test_skip_inside(account):
    if not hasattr(account, "interest"):
        pytest.skip("no interest yet")
    assert account.interest() == 1


def test_given_up(account):
    if account.balance != 100:
        pytest.fail("the account must start with 100")
