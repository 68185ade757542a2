"""Loading `faqs/<topic>/<id>.md`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

from knowledge.errors import ContentError
from knowledge.library.files import split_front_matter, validate
from knowledge.library.models import Faq, Mode, Source, Wording
from knowledge.library.placeholders import fill, unset_facts, without_citations
from knowledge.library.review import content_sha256, review_state
from knowledge.library.schema import FaqFrontMatter


def load_faqs(
    folder: Path,
    facts: Mapping[str, Wording],
    sources: Mapping[str, Source],
    *,
    mode: Mode,
    today: dt.date,
) -> dict[str, Faq]:
    """Returns every FAQ below `folder` by its id.

    Raises:
        ContentError: for a malformed file, a duplicate id, an unknown source or follow-up.
    """
    faqs: dict[str, Faq] = {}
    paths: dict[str, Path] = {}
    for path in sorted(folder.glob("*/*.md")):
        faq = _load(path, facts, mode=mode, today=today)
        if faq.id in faqs:
            raise ContentError(path, "id", f"is also the id of {paths[faq.id]}", "rename one")
        unknown = [key for key in faq.sources if key not in sources]
        if unknown:
            raise ContentError(path, "sources", f"unknown {unknown}", "add it to sources.yml")
        faqs[faq.id], paths[faq.id] = faq, path
    for faq in faqs.values():
        missing = [other for other in faq.follow_ups if other not in faqs]
        if missing:
            raise ContentError(paths[faq.id], "follow_ups", f"unknown {missing}", "use ids of FAQs")
    if not faqs:
        raise ContentError(folder, "faqs", "holds no FAQ", "restore the folder")
    return faqs


def _load(path: Path, facts: Mapping[str, Wording], *, mode: Mode, today: dt.date) -> Faq:
    raw, body = split_front_matter(path)
    front = validate(FaqFrontMatter, raw, path)
    if front.id != path.stem:
        raise ContentError(path, "id", f"is {front.id!r}", "make it the file's name")
    if front.topic != path.parent.name:
        raise ContentError(path, "topic", f"is {front.topic!r}", "make it the folder's name")
    if not body:
        raise ContentError(path, "answer", "is empty", "write it below the front matter")
    sources = tuple(front.sources)
    sha256 = content_sha256(front.question, body, front.sms, sources, front.footer)
    state = review_state(front.review.model_dump(), sha256, mode=mode, today=today)
    unset = unset_facts(body + front.sms, facts)
    reason = f"clinic facts are not set: {', '.join(unset)}" if unset else state.reason
    return Faq(
        id=front.id,
        topic=front.topic,
        question=front.question,
        variants=tuple(front.variants),
        answer="" if unset else fill(without_citations(body), facts),
        sms="" if unset else fill(without_citations(front.sms), facts, sms=True),
        sources=sources,
        follow_ups=tuple(front.follow_ups),
        footer=front.footer,
        draft=state.draft,
        servable=state.servable and not unset,
        unservable_reason=None if state.servable and not unset else reason,
        content_sha256=sha256,
    )
