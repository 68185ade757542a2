"""Every test of the project. A package, because a dependency installs one of the same name."""
