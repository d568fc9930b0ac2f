"""Witnesses of the sample state: the desk's and the provider's co-sign the sample members' checkpoints.

They run in the same installation, so they vouch for nothing that its operator could not forge, and pages say so.
"""

from collections.abc import Iterable

from charteroak.records.accounts.models import Organisation
from charteroak.records.ledger.models import Checkpoint
from charteroak.services.log_keys import keys_in_force, origin_of
from charteroak.services.witnesses import NewWitness, add_witness, ask_witnesses
from charteroak.services.witnessing import NewLog, add_log, own_witness_of


def witness_sample_ledgers(organisations: Iterable[Organisation]) -> None:
    """Let each desk and provider run a witness, and each of the others ask them about its newest checkpoint."""
    everyone = list(organisations)
    hosts = [one for one in everyone if one.part != Organisation.Part.MEMBER]
    own = [own_witness_of(host) for host in hosts]
    for host, witness in zip(hosts, own, strict=True):
        add_witness(NewWitness(host.name, witness.vkey, operator=f"{host.name}, in this installation"))
    for organisation in everyone:
        if Checkpoint.objects.filter(organisation=organisation).exists():
            log = NewLog(origin_of(organisation), keys_in_force(organisation).public.vkeys)
            for witness in own:
                if witness.organisation != organisation:
                    add_log(witness, log)
            ask_witnesses(organisation)
