"""Tables of publications."""

from yihu.hub.subsystems.publications.models.feedback import Feedback
from yihu.hub.subsystems.publications.models.journal import Issue, Placement
from yihu.hub.subsystems.publications.models.laws import Citation, Law
from yihu.hub.subsystems.publications.models.texts import Publication, Revision

__all__ = ["Citation", "Feedback", "Issue", "Law", "Placement", "Publication", "Revision"]
