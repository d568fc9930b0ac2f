"""Which use case can be reached from where. A gap is a decision, not an accident.

A use case is a public function of ``charteroak.services``. It is on a surface if a module of that surface names it;
what only other services call is no use case and needs no line. Adding one to a surface means changing this table.
"""

import ast
from collections import defaultdict
from functools import cache
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src" / "charteroak"
SERVICES = SOURCE / "services"
NO_USE_CASES = {"access", "sample_state"}
"""Guards that every surface calls, and the made-up state."""

EXPOSED: dict[str, str] = {
    "accounts.organisation_named": "cli",
    "accounts.person_named": "cli",
    "after_actions.notes_of": "web",
    "after_actions.save_notes": "web",
    "anchor_checks.digest_stamped": "web",
    "anchors.anchor_age": "web",
    "anchors.cosignatures_of": "web",
    "arrivals.bring_in": "cli",
    "assessments.assess_requirement": "cli web",
    "assessments.assess_requirements": "web",
    "assessments.assess_sheet": "cli web",
    "assessments.assessment_of": "cli web",
    "assessments.assessments_of": "web",
    "assessments.outline_named": "web",
    "checkpoints.latest_checkpoint": "web",
    "checkpoints.make_checkpoint": "cli web",
    "checkpoints.prove_entry": "cli",
    "checkpoints.verify_ledger": "cli",
    "client_reports.client_report": "cli web",
    "client_reports.report_file": "cli web",
    "collectors.end_source": "cli web",
    "collectors.proposed_gaps": "cli web",
    "collectors.register_source": "cli web",
    "collectors.source_states": "cli web",
    "custody.answer_offer": "cli web",
    "custody.begin_custody": "cli web",
    "custody.chain_of": "cli web",
    "custody.custody_page": "web",
    "custody.offer_custody": "cli web",
    "departures.departure_file_name": "web",
    "departures.write_everything": "cli web",
    "detections.access_run": "web",
    "detections.run_hunt": "web",
    "detections.send_sightings": "web",
    "determinations.clocks_of": "web",
    "determinations.contrary_to": "web",
    "determinations.determination_document": "cli",
    "determinations.under_statute": "web",
    "dossiers.copy_dossier": "cli",
    "dossiers.create_dossier": "cli web",
    "dossiers.dossiers_of": "web",
    "dossiers.file_name": "web",
    "dossiers.open_dossier": "web",
    "dossiers.verifier_sha256": "web",
    "drops.look_and_take": "cli web",
    "drops.take_drop": "cli web",
    "erasure.erase": "cli",
    "erasure_proposals.approve_erasure": "web",
    "erasure_proposals.decline_erasure": "web",
    "erasure_proposals.may_decide": "web",
    "erasure_proposals.proposals_of": "web",
    "erasure_proposals.propose_erasure": "web",
    "evidence_checks.check_evidence": "cli",
    "evidence_checks.file_state": "cli",
    "evidence_checks.seal_evidence": "cli",
    "evidence_checks.sweep_drafts": "cli",
    "evidence_files.contradicted_names": "web",
    "evidence_files.erased_digests": "web",
    "evidence_log.entry_with_ties": "web",
    "evidence_log.facts_about": "web",
    "evidence_log.ledger_size": "web",
    "evidence_log.log_page": "web",
    "evidence_log.newest_of_kinds": "web",
    "evidence_log.proof_under_checkpoint": "web",
    "exceptions.accept_exception": "cli web",
    "exercises.complete_training": "cli web",
    "exercises.hold_exercise": "cli web",
    "feeds.indicators_in_force": "web",
    "feeds.pull_own_desk": "web",
    "gap_plans.burn_down_of": "web",
    "gap_plans.plan_gaps": "cli web",
    "gap_plans.record_plan": "web",
    "gaps.action_plan_of": "cli web",
    "gaps.close_gap": "cli web",
    "gaps.open_gap": "cli web",
    "gaps.plan_gap": "cli web",
    "guided_start.answer_first_practice": "web",
    "guided_start.choose_aim": "web",
    "guided_start.finish_start": "web",
    "guided_start.first_gaps_of": "web",
    "guided_start.has_record": "web",
    "guided_start.save_section": "web",
    "guided_start.start_of": "web",
    "health.faults_of_installation": "web",
    "held_anchors.compare_held": "cli",
    "held_anchors.window_of": "cli",
    "hindsight.change_days": "web",
    "hindsight.hindsight_of": "web",
    "holds.holds_of": "cli web",
    "holds.lift_hold": "cli web",
    "holds.set_hold": "cli web",
    "imported_catalogs.access_imported": "cli web",
    "imported_catalogs.import_document": "cli web",
    "imported_catalogs.imported_documents": "cli web",
    "imported_catalogs.may_import": "web",
    "imported_catalogs.may_read": "web",
    "imported_catalogs.open_imported": "web",
    "imported_catalogs.text_of_edition": "web",
    "imported_catalogs.wording_in": "web",
    "imported_catalogs.wording_of": "web",
    "imports.access_import": "web",
    "imports.bring_in": "cli web",
    "imports.imports_of": "web",
    "imports.mapping_of": "web",
    "imports.plan_import": "web",
    "imports.read_imported": "cli web",
    "imports.record_mapping": "cli web",
    "imports.save_mapping": "web",
    "incident_alerts.acknowledge": "web",
    "incident_alerts.acknowledge_by_link": "web",
    "incident_alerts.alert_by_link": "web",
    "incident_alerts.alerts_of": "web",
    "incident_alerts.failures_of": "web",
    "incident_alerts.run_alerts": "cli",
    "incident_alerts.unacknowledged": "web",
    "incident_alerts.who_is_next": "web",
    "incident_calendar.calendar_by_token": "web",
    "incident_calendar.calendar_of": "cli",
    "incident_calendar.calendar_of_incident": "web",
    "incident_calendar.feeds_of": "web",
    "incident_calendar.open_feed": "web",
    "incident_calendar.revoke_feed": "web",
    "incident_clocks.changes_since": "cli",
    "incident_clocks.clock_document": "cli",
    "incident_clocks.clocks_of_incident": "cli web",
    "incident_decisions.decisions_of": "web",
    "incident_decisions.record_police_delay": "web",
    "incident_papers.incident_numbered": "cli",
    "incident_papers.incident_paper_file": "cli web",
    "incident_reports.add_supplement": "web",
    "incident_reports.file_report": "web",
    "incident_reports.report_filed_before": "web",
    "incident_reports.report_to_extend": "cli web",
    "incident_severity.assess_incident": "cli web",
    "incident_severity.assessments_of_incident": "web",
    "incident_severity.linked_victims": "web",
    "incident_severity.newest_severity": "cli web",
    "incident_severity.severity_of": "web",
    "incident_tasks.choose_playbooks": "cli web",
    "incident_tasks.say_of_task": "cli web",
    "incident_tasks.start_of": "web",
    "incident_tasks.task_board": "cli web",
    "incident_timeline.event_numbered": "web",
    "incident_timeline.say_order": "web",
    "incident_timeline.timeline_of": "cli web",
    "incident_timeline.withdraw_order": "web",
    "incidents.began_at": "web",
    "incidents.close_incident": "web",
    "incidents.describe_incident": "cli web",
    "incidents.document_of": "web",
    "incidents.facts_history": "web",
    "incidents.facts_of": "web",
    "incidents.finding_of": "web",
    "incidents.incident_named": "cli",
    "incidents.incidents_of": "cli web",
    "incidents.open_incident": "cli web",
    "incidents.record_finding": "web",
    "incidents.say_when_it_began": "web",
    "insurer_packs.answers_for_insurers": "web",
    "insurer_packs.insurer_file_name": "web",
    "insurer_packs.write_insurer_pack": "cli web",
    "intelligence.access_indicator": "web",
    "intelligence.amend_indicator": "web",
    "intelligence.preview_release": "web",
    "intelligence.propose_indicators": "web",
    "intelligence.release_indicator": "web",
    "intelligence.revoke_indicator": "web",
    "key_ceremonies.ceremony_pdf": "web",
    "key_ceremonies.ceremony_record": "cli",
    "key_ceremonies.report_compromise": "cli",
    "key_ceremonies.rotate_keys": "cli",
    "key_sealing.seal_key_files": "cli",
    "ledger.organisation_with_ledger": "cli",
    "ledger.organisations_with_ledgers": "cli",
    "ledger.read_entries": "cli",
    "log_export.export_log": "cli web",
    "log_keys.ceremonies_of": "cli web",
    "log_keys.key_pairs_of": "web",
    "log_keys.keys_in_force": "cli",
    "log_keys.origin_of": "cli web",
    "log_keys.signer_of": "cli",
    "log_keys.verifiers_of": "cli web",
    "notice_list.notice_list": "cli web",
    "notice_mail.mail_draft": "cli web",
    "notice_sending.record_sending": "cli web",
    "notice_sending.sendings_of": "web",
    "notice_sending.withdraw_sending": "cli web",
    "notices.answers_of": "web",
    "notices.drafted": "cli web",
    "notices.keep_answers": "web",
    "notices.keep_version": "web",
    "notices.newest_version": "web",
    "notices.notice_file": "cli web",
    "notices.versions_of": "web",
    "on_call.contacts_of": "cli web",
    "on_call.on_call_list": "web",
    "on_call.read_contact": "cli web",
    "on_call.set_on_call": "cli web",
    "oscal_exports.export_file_name": "web",
    "oscal_exports.export_oscal": "cli web",
    "oscal_exports.exportable_editions": "web",
    "outgoing_mail.mail_settings": "cli",
    "outgoing_mail.sender_by": "cli",
    "plan_activations.activate_plan": "cli web",
    "plan_activations.activation_lines": "web",
    "plan_activations.activation_of": "cli web",
    "plan_activations.stand_down": "cli web",
    "plan_adoptions.adopt_plan": "cli web",
    "plan_adoptions.compare_plans": "cli web",
    "plan_adoptions.paper_of_plan": "cli web",
    "plan_adoptions.plan_file": "cli web",
    "plan_adoptions.plan_versions": "cli web",
    "plan_adoptions.suggested_version": "cli web",
    "playbook_cards.card_of": "cli web",
    "portfolio.kinds_of_clients": "web",
    "portfolio.portfolio_of": "web",
    "privilege.access_privileged": "web",
    "privilege.admissions_of": "web",
    "privilege.admit": "web",
    "privilege.end_admission": "web",
    "privilege.is_counsel": "web",
    "privilege.items_of": "web",
    "privilege.keep_privileged": "web",
    "privilege.open_privileged": "web",
    "privilege.privilege_log": "cli web",
    "privilege.privileged_organisations": "web",
    "program_drafts.change_draft": "web",
    "program_drafts.draft_of": "web",
    "program_papers.adopt_draft": "web",
    "program_papers.adopted_file": "cli",
    "program_papers.compare_versions": "cli web",
    "program_papers.next_version": "web",
    "program_papers.paper_file": "cli web",
    "program_papers.program_paper": "cli web",
    "program_papers.versions_of": "web",
    "program_record.adopt_edition": "web",
    "program_record.answer_practice": "web",
    "program_record.approve_program": "web",
    "program_record.correct_entry": "web",
    "program_record.describe_organisation": "web",
    "program_record.describe_program": "web",
    "program_record.overtaken_by": "web",
    "program_record.review_program": "web",
    "programs.adopt_program": "web",
    "programs.adopted_versions": "web",
    "programs.determine_breach": "web",
    "programs.determine_prospective": "web",
    "programs.open_evidence_file": "cli web",
    "programs.record_evidence": "cli web",
    "programs.recorder_for": "cli web",
    "programs.refuse_day": "web",
    "programs.safe_name": "web",
    "programs.status_of": "cli web",
    "projections.is_whole": "cli",
    "projections.rebuild_projections": "cli",
    "projections.verify_projections": "cli",
    "provider_relations.begin_relation": "cli web",
    "provider_relations.end_relation": "cli web",
    "provider_relations.providers_of": "web",
    "provider_statements.state_services": "cli web",
    "provider_statements.statements_of": "web",
    "report_attachments.attach_file": "cli web",
    "report_attachments.attachments_of": "web",
    "report_attachments.open_attachment": "web",
    "report_intake.reporter_named": "cli",
    "report_intake.take_mail": "cli",
    "report_intake.take_record": "cli",
    "report_outbox.send_outbox": "cli",
    "report_status.status_of": "cli web",
    "reports.campaigns_of": "web",
    "reports.confirm_campaign": "web",
    "reports.desk_of_installation": "web",
    "reports.desk_queue": "web",
    "reports.file_phish_report": "web",
    "reports.filed_before": "web",
    "reports.mark_queue_seen": "web",
    "reports.report_by_receipt": "web",
    "request_limits.count_request": "web",
    "request_limits.count_wrong_password": "web",
    "request_limits.forget_wrong_passwords": "web",
    "request_limits.is_guessing": "web",
    "request_limits.seconds_until_next_guess": "web",
    "requirement_coverage.coverage_of": "cli web",
    "response_cards.card_of_incident": "web",
    "response_plans.begin_plan": "web",
    "response_plans.change_plan": "web",
    "response_plans.drop_draft": "web",
    "response_plans.kept_plan": "cli web",
    "response_plans.load_plan": "cli",
    "response_plans.plan_in_force": "cli web",
    "response_plans.plan_kind": "cli web",
    "retention.eligible_for_erasure": "cli web",
    "retention.mark": "cli web",
    "retention.markings_of": "cli web",
    "retention.schedule_in_force": "cli web",
    "selected.changes_of": "web",
    "sharing.access_collection": "feeds web",
    "sharing.collections_open_to": "feeds web",
    "sharing.holds_object": "feeds",
    "sharing.shared_objects_page": "feeds web",
    "stamp_queue.active_authorities": "web",
    "stamp_queue.waiting_of": "web",
    "standing_renewal.organisations_with_standings": "cli",
    "standing_renewal.renew_standings": "cli",
    "standings.check_standing": "cli",
    "standings.current_standing": "web",
    "standings.renew_if_kept": "cli",
    "superseding.supersede_evidence": "cli web",
    "timeline_papers.timeline_document": "cli",
    "timeline_papers.timeline_pdf": "cli web",
    "timeline_papers.timeline_rows": "cli web",
    "timeline_papers.timeline_svg": "cli web",
    "timestamps.add_authority": "cli",
    "timestamps.anchor": "cli web",
    "timestamps.authorities": "cli",
    "timestamps.check_tokens": "cli web",
    "timestamps.retire_authority": "cli",
    "witnesses.accept_answer": "cli",
    "witnesses.active_witnesses": "cli web",
    "witnesses.add_witness": "cli",
    "witnesses.all_witnesses": "cli",
    "witnesses.ask_witnesses": "cli web",
    "witnesses.refusals_of": "web",
    "witnesses.request_for": "cli",
    "witnesses.retire_witness": "cli",
    "witnesses.with_cosignatures": "web",
    "witnessing.access_own_witness": "web",
    "witnessing.add_checkpoint": "cli web",
    "witnessing.add_log": "cli",
    "witnessing.cosigned_note": "web",
    "witnessing.logs_of": "cli web",
    "witnessing.own_witness_of": "cli",
    "witnessing.own_witnesses": "cli web",
    "witnessing.refusals_as_witness": "cli web",
    "witnessing.witness_run_by": "web",
}
"""Use cases and their surfaces: ``cli``, ``web``, ``feeds`` (TAXII)."""

NOT_YET: dict[str, str] = {
    "feeds.subscribe": "the tour alone pulls from another installation; `intel import URL` comes with a later issue",
    "intelligence.export_indicators": "`intel export` comes with a later issue",
    "sightings.sightings_of": "the desk's page of sightings comes with a later issue",
}
"""Use cases that no surface exposes yet, each with the reason."""


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_bytes())


@cache
def use_cases() -> frozenset[str]:
    """Every public function of the services, as ``module.name``."""
    return frozenset(
        f"{path.stem}.{node.name}"
        for path in SERVICES.glob("*.py")
        if path.stem not in NO_USE_CASES
        for node in tree(path).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    )


def named_in(path: Path) -> set[str]:
    """The services that a module names: ``from charteroak.services.x import y``, or ``x.y`` after importing ``x``."""
    found: set[str] = set()
    modules: dict[str, str] = {}
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom) and node.module == "charteroak.services":
            modules |= {alias.asname or alias.name: alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("charteroak.services."):
            module = str(node.module).rpartition(".")[2]
            found |= {f"{module}.{alias.name}" for alias in node.names}
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in modules:
            found.add(f"{modules[node.value.id]}.{node.attr}")
    return found & use_cases()


def surface_of(path: Path) -> str | None:
    """The surface that a module belongs to. The tour is none: it shows use cases to nobody in particular."""
    if path.is_relative_to(SOURCE / "cli"):
        return "tour" if path.stem.startswith("tour") else "cli"
    if path.is_relative_to(SOURCE / "portal" / "sharing"):
        return "feeds"
    return "web" if path.is_relative_to(SOURCE / "portal") else None


def surfaces() -> dict[str, set[str]]:
    """Each use case with the surfaces that name it; ``inside`` where other services or records do."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in SOURCE.rglob("*.py"):
        for name in named_in(path):
            found[name].add(surface_of(path) or "inside")
    for name in use_cases():
        module, _, function = name.partition(".")
        calls = (node for node in ast.walk(tree(SERVICES / f"{module}.py")) if isinstance(node, ast.Name))
        if any(node.id == function for node in calls):
            found[name].add("inside")
    return found


def test_every_use_case_is_on_the_surfaces_that_were_decided() -> None:
    exposed = {name: on - {"inside", "tour"} for name, on in surfaces().items()}
    shown = {name: " ".join(sorted(on)) for name, on in exposed.items() if on}
    assert dict(sorted(shown.items())) == dict(sorted(EXPOSED.items()))


def test_no_use_case_is_out_of_reach_without_a_reason() -> None:
    reached = {name for name, on in surfaces().items() if on - {"tour"}}
    assert use_cases() - reached == NOT_YET.keys()
