"""Large files are read in flat memory."""

import io
import subprocess
import sys

import pytest

MEGABYTES = 200
READ = r"""
import re, sys
from generation.engine.tables.reading import read_table
with open(sys.argv[1], "rb") as source, open(sys.argv[2], "w+b") as sink:
    facts = read_table(source, sink)
# Not ru_maxrss: that starts from the size of the process which forked this one.
peak = int(re.search(r"VmHWM:\s+(\d+) kB", open("/proc/self/status").read())[1])
print(facts.rows, peak // 1024)
"""


@pytest.mark.slow
def test_200_megabytes_of_csv_take_less_than_600_megabytes_of_memory(tmp_path):
    block = io.StringIO()
    for at in range(20_000):
        day = f"2020-{at % 12 + 1:02d}-{at % 28 + 1:02d}"
        block.write(f"{at},{at * 7919 % 100_003},{at / 7:.6f},{day},name {at * 31 % 9973},")
        block.write(f"a sentence about record {at} and {at * 613 % 7919}\n")
    blocks = MEGABYTES * 2**20 // len(block.getvalue())
    with (tmp_path / "large").open("w") as file:
        file.write("id,n,x,day,name,text\n")
        file.writelines(block.getvalue() for _ in range(blocks))
    child = subprocess.run(
        [sys.executable, "-c", READ, tmp_path / "large", tmp_path / "out"], check=True, capture_output=True, text=True
    )
    rows, peak = map(int, child.stdout.split())
    assert rows == blocks * 20_000
    assert peak < 600
