"""The portal's own settings in a home of their own, thrown away at the end."""

import atexit
import os
import shutil
import tempfile

# A child process of a test (the parser, a job) works in the same home.
IS_CHILD = "SYNTHPORTAL_TEST_HOME" in os.environ
HOME = os.environ.setdefault("SYNTHPORTAL_TEST_HOME", tempfile.mkdtemp(prefix="synthportal-tests-"))
if not IS_CHILD:
    atexit.register(shutil.rmtree, HOME, ignore_errors=True)
os.environ["SYNTHPORTAL_HOME"] = HOME

from synthportal.settings import *  # noqa: E402, F403
from synthportal.settings import DATA_DIR, DATABASES, IS_SQLITE  # noqa: E402

if IS_SQLITE:
    # A file, not memory: the tests shall meet the locks and the journal that the portal meets.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 0
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AXES_ENABLED = False
