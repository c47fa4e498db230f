"""The WSGI application."""

import os
import threading

from django.core.wsgi import get_wsgi_application

from samling.charts import About, GroupBars, Row, render_svg, spec

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "samling.web.settings")
application = get_wsgi_application()


def _warm_up() -> None:
    """Draw a small chart: the first in a process waits more than a second for its engine."""
    render_svg(spec(GroupBars(About("-", "-"), (Row("-", 1.0),))))


threading.Thread(target=_warm_up, name="warm-up", daemon=True).start()
