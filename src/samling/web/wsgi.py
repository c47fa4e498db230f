"""The WSGI application, ready for its first request when it is loaded."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "samling.web.settings")
application = get_wsgi_application()

# The rooms' modules can be imported only when Django is set up.
from samling.web.warming import keep_warm, warm_up  # noqa: E402

warm_up(application)
keep_warm(application)
