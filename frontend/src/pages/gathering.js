// The data page needs only its styles; progress is asked for by htmx.
import "../household/household.css";
import "../household/gathering.css";

