"""Which of a contract's servers in one system and environment can be rendered together.

Objects are named by contract, and not by server: what two servers make under one name has to be the same.
Only where a contract has several servers is each rendered by itself, to see what it makes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from meshwarden.render.targets.target import NotRendered, Object, ServerContext, Target


def one_place_each(
    target: Target, contexts: Sequence[ServerContext]
) -> tuple[list[ServerContext], list[NotRendered]]:
    """The servers without those that say the same again, and without those that would make another thing."""
    counted = Counter(_contract(context) for context in contexts)
    kept: list[ServerContext] = []
    refused: list[NotRendered] = []
    made: dict[str, dict[tuple[str, str], Object]] = {}
    for context in contexts:
        if counted[_contract(context)] == 1:
            kept.append(context)
            continue
        own = {_key(entry): entry for entry in target.render([context]).objects}
        before = made.setdefault(_contract(context), {})
        if any(before.get(key, entry) != entry for key, entry in own.items()):
            reason = (
                f"server `{context.server.name}` is another place of the contract in"
                f" `{context.environment.name}`, and its objects have the names of the first one's: give it"
                " a contract of its own"
            )
            refused.append(context.at_server(reason))
        elif not own or own.keys() - before.keys():
            kept.append(context)
            before.update(own)
    return kept, refused


def _contract(context: ServerContext) -> str:
    return context.contract.manifest.path


def _key(entry: Mapping[str, object]) -> tuple[str, str]:
    head = entry["metadata"]
    return f"{entry['apiVersion']}/{entry['kind']}", str(head["name"] if isinstance(head, dict) else "")
