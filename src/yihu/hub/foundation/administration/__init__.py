"""The administrators' workbench: offices, posts, people, duties, delegation, leave, in the browser."""
