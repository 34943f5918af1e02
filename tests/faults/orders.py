"""What the owner `ana` asks of a portal, as code for `Portal.run`: of the newest dataset."""

from pathlib import Path

from tests.cast import ADULT


def upload(path: Path, rows: int, **stated: str) -> str:
    """The first `rows` records of a CSV file, compressed or not, for training."""
    return f"""
import gzip
from pathlib import Path
from generation.stages.ingest import Upload
from generation.tasks import submit_dataset
from synthportal.models import Person
from synthportal.people.tokens.grants import grant
from synthportal.roles import Role
from synthportal.storage.keys import create_key
from synthportal.storage.vault import write_sealed
owner, _ = Person.objects.get_or_create(username="ana")
grant(owner, Role.OWNER)
key = create_key()
lines = (gzip.open if {path.suffix == ".gz"} else open)({str(path)!r}, "rb").readlines()
with write_sealed(key.pk) as draft:
    draft.file.write(b"".join(lines[:{rows} + 1]))
print(submit_dataset(Upload(key.pk, draft.written, "a.csv", purpose="training", **{stated}), by=owner).pk)
"""


# So many that the evidence is decided, and a review opens.
UPLOAD = upload(ADULT, 20_000, name="incomes", target="income")
CONFIRM = """
from generation.models import Dataset
from generation.tasks import submit_confirmation
dataset = Dataset.objects.latest("created_at")
submit_confirmation(dataset, by=dataset.owner)
"""
# Everything that is queued, in this process.
WORK = """
from generation.models import Dataset
from synthportal.jobs.here import work_through
work_through(Dataset.objects.latest("created_at").pk)
"""


def run(synthesizer: str, rows: int, parameters: dict[str, object] | None = None, *, of: str = "incomes") -> str:
    """A run of the dataset of that name, with the one seed that all of these tests use."""
    return f"""
from generation.models import Dataset
from generation.stages.request import RunRequest
from generation.tasks import submit_run
dataset = Dataset.objects.get(name={of!r})
print(submit_run(dataset, RunRequest({synthesizer!r}, {rows}, {parameters or {}}, "quick", 11), by=dataset.owner).pk)
"""


# The job that makes the artefact, in this process; the evaluation that follows it is left in the queue.
GENERATE = """
from synthportal.jobs.child import run_claimed
from synthportal.jobs.queue import claim
from synthportal.models import Job
for job in Job.objects.filter(kind="generate", state="queued"):
    assert run_claimed(claim(job.pk))
"""
