"""The portal's own settings in a home of their own, thrown away at the end."""

import atexit
import hashlib
import os
import shutil
import tempfile
from pathlib import Path

# A child process of a test (the parser, a job) works in the same home.
if "SYNTHPORTAL_TEST_HOME" not in os.environ:
    os.environ["SYNTHPORTAL_TEST_HOME"] = tempfile.mkdtemp(prefix="synthportal-tests-")
    atexit.register(shutil.rmtree, os.environ["SYNTHPORTAL_TEST_HOME"], ignore_errors=True)
HOME = Path(os.environ["SYNTHPORTAL_TEST_HOME"])
# Each of several test processes has a home of its own inside that of the one that started them.
LANE = os.environ.get("PYTEST_XDIST_WORKER", HOME.name)
if HOME.name != LANE:
    HOME /= LANE
    HOME.mkdir()
os.environ["SYNTHPORTAL_TEST_HOME"] = os.environ["SYNTHPORTAL_HOME"] = str(HOME)

# The holdout is cut by this key: figures of the tests' worlds shall be the same in every session.
os.environ.setdefault("SYNTHPORTAL_SAMPLE_KEY", "5ec2e7" + hashlib.sha256(b"tests").hexdigest()[6:])

from synthportal.settings import *  # noqa: E402, F403
from synthportal.settings import DATA_DIR, DATABASES, IS_SQLITE, TEMPLATES  # noqa: E402

if IS_SQLITE:
    # A file, not memory: the tests shall meet the locks and the journal that the portal meets.
    options = DATABASES["default"]["OPTIONS"]
    options["init_command"] = options["init_command"].replace(
        "synchronous=FULL", "synchronous=OFF"
    )  # nothing outlives a test
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 0
# The floors of the tests' administrator: small worlds need small claims. Tests of the floors set their own.
LEAST_CONFIDENCE, LARGEST_LEAK_RATE, LEAST_CONTROLS, PRIVACY_LIMIT_FACTOR = 0.5, 0.5, 0, 20.0
READING_SPEED = 0  # tests judge at once; those of the pace set their own
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AXES_ENABLED = False
# Templates can be measured line by line.
TEMPLATES[0]["OPTIONS"]["debug"] = True
# A test's client makes the middleware anew, and would list every static file for it.
WHITENOISE_AUTOREFRESH = True
