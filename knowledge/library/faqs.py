"""Loading `faqs/<topic>/<id>.md`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from knowledge.errors import ContentError
from knowledge.library.content import ReviewedContent
from knowledge.library.files import split_front_matter, validate
from knowledge.library.ledger import Ledger
from knowledge.library.models import Faq, Mode, Source, Wording
from knowledge.library.placeholders import fill, unset_facts, without_citations
from knowledge.library.review import review_state
from knowledge.library.schema import FaqFrontMatter


def load_faqs(
    folder: Path,
    facts: Mapping[str, Wording],
    sources: Mapping[str, Source],
    ledgers: Mapping[str, Ledger],
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
        faq = _load(path, facts, sources, ledgers, mode=mode, today=today)
        if faq.id in faqs:
            raise ContentError(path, "id", f"is also the id of {paths[faq.id]}", "rename one")
        faqs[faq.id], paths[faq.id] = faq, path
    for faq in faqs.values():
        missing = [other for other in faq.follow_ups if other not in faqs]
        if missing:
            raise ContentError(paths[faq.id], "follow_ups", f"unknown {missing}", "use ids of FAQs")
    if not faqs:
        raise ContentError(folder, "faqs", "holds no FAQ", "restore the folder")
    return faqs


def read_faq(path: Path) -> tuple[FaqFrontMatter, str]:
    """Returns the front matter and the answer of a FAQ file.

    Raises:
        ContentError: if the file is malformed or does not stand where its front matter says.
    """
    raw, body = split_front_matter(path)
    front = validate(FaqFrontMatter, raw, path)
    if front.id != path.stem:
        raise ContentError(path, "id", f"is {front.id!r}", "make it the file's name")
    if front.topic != path.parent.name:
        raise ContentError(path, "topic", f"is {front.topic!r}", "make it the folder's name")
    if not body:
        raise ContentError(path, "answer", "is empty", "write it below the front matter")
    return front, body


def _load(
    path: Path,
    facts: Mapping[str, Wording],
    sources: Mapping[str, Source],
    ledgers: Mapping[str, Ledger],
    *,
    mode: Mode,
    today: dt.date,
) -> Faq:
    front, body = read_faq(path)
    unknown = [key for key in front.sources if key not in sources]
    if unknown:
        raise ContentError(path, "sources", f"unknown {unknown}", "add it to sources.yml")
    unset = unset_facts(body + front.sms, facts)
    faq = Faq(
        id=front.id,
        topic=front.topic,
        question=front.question,
        variants=tuple(front.variants),
        answer="" if unset else fill(without_citations(body), facts),
        sms="" if unset else fill(without_citations(front.sms), facts, sms=True),
        sources=tuple(front.sources),
        follow_ups=tuple(front.follow_ups),
        footer=front.footer,
        draft=True,
        servable=False,
        unservable_reason=None,
        content_sha256=ReviewedContent.of(front, body, facts, sources).sha256,
        recheck_by=front.review.recheck_by,
        unset=unset,
    )
    return with_state(faq, ledgers.get(front.id, Ledger()), mode=mode, today=today)


def with_state(faq: Faq, ledger: Ledger, *, mode: Mode, today: dt.date) -> Faq:
    """Returns the FAQ as it stands on a day under the decisions on it."""
    state = review_state(ledger, faq.content_sha256, faq.recheck_by, mode=mode, today=today)
    servable = state.servable and not faq.unset
    reason = f"clinic facts are not set: {', '.join(faq.unset)}" if faq.unset else state.reason
    return replace(
        faq,
        draft=state.draft,
        servable=servable,
        unservable_reason=None if servable else reason,
        ends=state.ends,
    )
