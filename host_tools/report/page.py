"""The HTML page: one file with its styles, scripts and data inside, which opens without a network."""

from collections.abc import Sequence
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from host_tools.report.session import SessionView
from host_tools.report.sides import SidesView

READING = (
    "Angles follow the ISB convention (Wu et al. 2005). Upward rotation and posterior tilt are positive; retraction "
    "shows as falling internal rotation.",
    "Absolute shoulder-blade angles are good to about 5 to 9 degrees from one wearing to the next. Changes within a "
    "session are better known; a change under 5 degrees between sessions is inside the error.",
    "Above 90 to 100 degrees of arm elevation the skin moves over the shoulder blade and its angles are not reliable.",
    "% MVC is the share of the muscle's own strongest test contraction. More than 100 % is possible and means that "
    "the test was not the maximum.",
    "Middle trapezius and rhomboid lie over each other and cannot be told apart at the skin: MT means both.",
    "UT, MT, LT: upper, middle and lower trapezius. LAT: latissimus. SA: serratus anterior.",
    "“Not known” is never zero: the reason stands beside it or in the note under the table.",
)


PAGES = ("athlete", "coach")


def render(sessions: Sequence[SessionView], page: str = "athlete", sides: SidesView | None = None) -> str:
    """The page as text, with `page` of PAGES in front. Everything that comes from a log is escaped."""
    environment = Environment(
        loader=PackageLoader("host_tools.report"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    package = files("host_tools.report")
    assets = {
        "uplot_js": Markup(package.joinpath("vendor/uPlot.iife.min.js").read_text(encoding="utf-8")),
        "uplot_css": Markup(package.joinpath("vendor/uPlot.min.css").read_text(encoding="utf-8")),
        "report_css": Markup(package.joinpath("templates/report.css").read_text(encoding="utf-8")),
        "charts_js": Markup(package.joinpath("templates/charts.js").read_text(encoding="utf-8")),
        "uplot_notice": Markup(package.joinpath("vendor/uPlot.LICENSE.txt").read_text(encoding="utf-8")),
    }
    title = f"Training report: {sessions[0].heading if len(sessions) == 1 else f'{len(sessions)} logs'}"
    return environment.get_template("report.html").render(
        title=title,
        sessions=[(session, Markup(session.chart_json)) for session in sessions],
        files=[session.file for session in sessions],
        assets=assets,
        reading=READING,
        page=page,
        sides=sides,
        sides_number=len(sessions) + 1,
        sides_json=Markup(sides.chart_json if sides else ""),
    )
