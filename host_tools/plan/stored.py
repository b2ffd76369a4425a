"""A plan as it lies on a device, back into what toml_form.read gives."""

import struct

from host_tools.errors import Failed
from host_tools.plan.toml_form import Plan, form


def decode(data: bytes) -> Plan:
    """Raises Failed when the plan is damaged."""
    rules = form()
    try:
        body, _ = rules.body_of(data)
        at = 1 + body[0]
        name = body[1:at].decode()
        blocks = []
        count = body[at]
        at += 1
        for _ in range(count):
            aim, sessions, entries = body[at : at + 3]
            at += 3
            end = at + rules.ENTRY_BYTES * entries
            blocks.append(
                [rules.AIMS[aim], sessions, [list(e) for e in struct.iter_unpack(rules.PACKED, body[at:end])]]
            )
            at = end
    except (rules.PlanRefused, IndexError, ValueError, struct.error) as error:
        raise Failed(f"the plan on the device cannot be used: {error}; send it again") from error
    return {"name": name, "blocks": blocks}
