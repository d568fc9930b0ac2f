"""Which documents can be made, and under which names they are asked for."""

from collections.abc import Callable, Mapping

from charteroak.oscal.document import Document
from charteroak.oscal.export.assessment_plan import assessment_plan
from charteroak.oscal.export.assessment_results import assessment_results
from charteroak.oscal.export.implementation import component_definition, system_security_plan
from charteroak.oscal.export.poam import plan_of_action
from charteroak.oscal.export.record import ExportedRecord

EXPORTS: Mapping[str, Callable[[ExportedRecord], Document]] = {
    "assessment-results": assessment_results,
    "assessment-plan": assessment_plan,
    "poam": plan_of_action,
    "ssp": system_security_plan,
    "component-definition": component_definition,
}
