"""The header leads to what a person may do, and to nothing else."""

from __future__ import annotations

import re


def header_of(client) -> list[str]:
    page = client.get("/account/").content.decode()
    header = re.search(r'<nav class="nav"[^>]*>(.*?)</nav>', page, re.DOTALL)
    return re.findall(r">\s*([^<>]+?)\s*</a>", header.group(1)) if header else []


def test_somebody_who_keeps_the_portal_finds_people_and_system_in_the_header(client_of):
    assert header_of(client_of("root")) == ["Home", "People and roles", "System"]


def test_somebody_with_a_role_in_the_data_finds_their_work_there(client_of):
    found = header_of(client_of("ben"))
    assert "Reviews" in found
    assert "System" not in found
