"""Two installations exchange referrals; what is wrong is refused with its reason."""

from __future__ import annotations

from lms.referral.models import ImportStatus
from tests.referral.conftest import (
    STATEMENT,
    Site,
    only_import,
    paper_code,
    signed,
    take_in,
    trust,
)


def test_a_referral_goes_from_school_to_school_and_another_one_back(here: Site, there: Site) -> None:
    for sender, receiver in ((here, there), (there, here)):
        assert trust(receiver, sender).status_code == 303
        package = signed(sender, receiver.receiver)
        answer = take_in(receiver, package)
        assert answer.status_code == 303, answer.get_data(as_text=True)
        page = receiver.browser("Cora").page(str(answer.location))
        assert STATEMENT not in page
        code = paper_code(receiver)
        dina = receiver.browser("Dina")
        shown = dina.post("/referrals/claim", code=code.lower().replace("-", " ")).get_data(as_text=True)
        assert STATEMENT in shown
        assert "School of" in shown
        assert dina.post("/referrals/claim", code=code, action="confirm").status_code == 303
        read = receiver.browser("Cora").page(str(answer.location))
        assert STATEMENT in read
        assert "3 exercises of" in read
        with receiver.inside():
            assert only_import(receiver).status == ImportStatus.CONFIRMED
        assert "Cora" in dina.page(f"/referrals/received/{str(answer.location).rsplit('/', 1)[-1]}")
