"""What the options of a command wish for, put together."""

from frontis.errors import BadInput, nearest


def domains_by_project(projects: list[str], domains: list[str]) -> dict[str, list[str]]:
    """Each project with its domains.

    A domain is NAME=HOST, or HOST where it is plain whose it is: of the one project, or, with as many domains as
    projects, of the project in the same place.
    """
    found: dict[str, list[str]] = {name: [] for name in projects}
    if len(found) < len(projects):
        raise BadInput("--project", "names the same project twice")
    if len(projects) == len(domains) and not any("=" in domain for domain in domains):
        return {name: [host] for name, host in zip(projects, domains, strict=True)}
    for domain in domains:
        # No host has an equals sign in it, but a name may.
        name, equals, host = domain.rpartition("=")
        if equals and name not in found:
            raise BadInput("--domain", f"there is no --project {name!r}", suggestion=nearest(name, found))
        if not equals and len(found) != 1:
            problem = "write --domain NAME=HOST, to say of which project" if found else "needs a --project"
            raise BadInput("--domain", problem)
        found[name if equals else projects[0]].append(host)
    return found
