"""The OSCAL models that are read and written, by the name of their document's root."""

from enum import StrEnum


class Model(StrEnum):
    """An OSCAL model; the value is the root member of its JSON document."""

    CATALOG = "catalog"
    PROFILE = "profile"
    COMPONENT_DEFINITION = "component-definition"
    SYSTEM_SECURITY_PLAN = "system-security-plan"
    ASSESSMENT_PLAN = "assessment-plan"
    ASSESSMENT_RESULTS = "assessment-results"
    PLAN_OF_ACTION_AND_MILESTONES = "plan-of-action-and-milestones"
