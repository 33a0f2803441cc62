"""What is wrong with the channels as declared is said before a build."""

from pathlib import Path

import pytest
from conftest import PROJECT

from customer_segments.channels import channel_names, channel_problems

SEEDS = PROJECT / "seeds" / "reference"
HEADER = "channel,label,address,consent,unaffected_by\n"
EMAIL = HEADER + "email,Email,email,email_consent,\n"
REASONS = "reason,priority,description\nrefused,1,Said no\nbounced,2,Bounced\n"


def write(folder: Path, channels: str, reasons: str = REASONS) -> Path:
    (folder / "channels.csv").write_text(channels, encoding="utf-8")
    (folder / "permission_reasons.csv").write_text(reasons, encoding="utf-8")
    return folder


def test_the_channels_of_the_project_are_sound() -> None:
    assert channel_problems(SEEDS) == []
    assert channel_names(SEEDS) == ["email", "phone", "post", "website"]


def test_a_channel_of_ones_own_is_a_row(tmp_path: Path) -> None:
    write(tmp_path, EMAIL + "sms,Text message,mobile_number,sms_consent,bounced\n")
    assert channel_problems(tmp_path) == []
    assert channel_names(tmp_path) == ["email", "sms"]


@pytest.mark.parametrize(
    ("channels", "reasons", "sentence"),
    [
        (
            EMAIL + "fax,Fax,fax_number,,\n",
            REASONS,
            "channel fax needs the unknown address fax_number; use email, phone, mobile_number,"
            " postal_code, or none",
        ),
        (
            EMAIL + "post,Post,postal_code,,bounced|refusd\n",
            REASONS,
            "channel post is unaffected by refusd, which is no reason of permission_reasons.csv;"
            " correct or remove it",
        ),
        (
            EMAIL + "Text message,Text message,,,\n",
            REASONS,
            "channels.csv has the channel 'Text message'; use lower-case letters, digits and _",
        ),
        (
            EMAIL + "email,Again,email,,\n",
            REASONS,
            "channels.csv has the channel email 2 times; keep one line",
        ),
        (
            HEADER + "post,Post,postal_code,,\n",
            REASONS,
            "channels.csv has no channel email, by which sequences and audience files go;"
            " restore its line",
        ),
        (
            EMAIL,
            REASONS + "refused,3,Again\n",
            "permission_reasons.csv has the reason refused 2 times; keep one line",
        ),
        (
            EMAIL,
            REASONS + "suppressed,2,On a list\n",
            "permission_reasons.csv has the priority 2 2 times; keep one line",
        ),
        ("channel,label\nemail,Email\n", REASONS, "channels.csv has no column address; add it"),
    ],
)
def test_a_fault_is_a_sentence(tmp_path: Path, channels: str, reasons: str, sentence: str) -> None:
    assert sentence in channel_problems(write(tmp_path, channels, reasons))


def test_a_channel_that_is_not_there_names_no_offer(tmp_path: Path) -> None:
    assert channel_names(tmp_path) == []
