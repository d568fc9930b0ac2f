"""What the questions of a report are called where a person writes: in a text file, a mail, on a sheet of paper.

A label stands for one place of the record (``response.incident_report``). Answers that have no label here can be
given under their place, such as ``systems/0/function``. Codes are the same in every language; their words are not.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Language: TypeAlias = Literal["en", "es"]


@dataclass(frozen=True, slots=True)
class Label:
    """A question: its place in the record, its name in both languages, and what may be written, as a hint."""

    pointer: str
    en: str
    es: str
    hint_en: str = ""
    hint_es: str = ""

    def name(self, language: Language) -> str:
        """The name in a language."""
        return self.es if language == "es" else self.en

    def hint(self, language: Language) -> str:
        """The hint in a language."""
        return self.hint_es if language == "es" else self.hint_en


FIRST_LABELS = (
    Label(
        "/outcome",
        "Outcome",
        "Resultado",
        "successful, unsuccessful, blocked, suspected, unknown",
        "successful, unsuccessful, blocked, suspected, unknown",
    ),
    Label("/narrative", "What happened", "Qué ocurrió"),
    Label("/noticed", "When noticed", "Cuándo se notó", "such as 2026-03-01 09:15, or unknown", "2026-03-01 09:15"),
    Label("/entity/name", "Organization", "Organización"),
    Label("/entity/town", "Town", "Municipio"),
    Label("/technicalContact", "Technical contact", "Contacto técnico", "name and telephone", "nombre y teléfono"),
    Label(
        "/kinds",
        "Kind of incident",
        "Tipo de incidente",
        "such as ransomware, phishing, account",
        "ransomware, phishing, account",
    ),
    Label(
        "/helpWanted",
        "Help wanted",
        "Ayuda deseada",
        "none, advice, urgent, on-site, state-police",
        "none, advice, urgent, on-site, state-police",
    ),
    Label(
        "/disclosure",
        "Who may know",
        "Quién puede saberlo",
        "desk-only, named, anonymous",
        "desk-only, named, anonymous",
    ),
    Label("/reporter/name", "Your name", "Su nombre"),
    Label("/reporter/phone", "Your telephone", "Su teléfono"),
    Label("/reporter/email", "Your mail address", "Su correo"),
)
"""The questions of the first report, in the order in which every form asks them."""

MORE_LABELS = (
    Label("/entity/kind", "Kind of organization", "Tipo de organización"),
    Label("/reporter/role", "Your role", "Su cargo"),
    Label("/internalNumber", "Your own number", "Su propio número"),
    Label("/times/firstActivity", "When it began", "Cuándo empezó"),
    Label("/times/contained", "When contained", "Cuándo se contuvo"),
    Label("/times/recovered", "When recovered", "Cuándo se recuperó"),
    Label("/counts/systems", "Systems touched", "Sistemas afectados"),
    Label("/counts/people", "People touched", "Personas afectadas"),
    Label("/counts/connecticutResidents", "Connecticut residents touched", "Residentes de Connecticut afectados"),
    Label("/counts/students", "Students touched", "Estudiantes afectados"),
    Label("/dataKinds", "Kinds of data", "Tipos de datos"),
    Label("/safety/affected", "Danger to life or health", "Peligro para la vida o la salud"),
    Label("/safety/what", "What danger", "Qué peligro"),
    Label("/responseTaken", "Done so far", "Hecho hasta ahora"),
    Label("/indicators", "Indicators", "Indicadores"),
    Label("/reportType", "Type of report", "Tipo de informe"),
)
LABELS = FIRST_LABELS + MORE_LABELS

WORDS: dict[str, dict[str, tuple[str, str]]] = {
    "/outcome": {
        "successful": ("It succeeded", "Tuvo éxito"),
        "unsuccessful": ("It was tried and failed", "Se intentó y falló"),
        "blocked": ("A safeguard blocked it", "Una medida lo bloqueó"),
        "suspected": ("Suspected", "Se sospecha"),
        "unknown": ("Not known yet", "No se sabe todavía"),
    },
    "/kinds": {
        "ransomware": ("Ransomware", "Ransomware"),
        "malware": ("Other malicious software", "Otro programa malicioso"),
        "account": ("Account taken over", "Cuenta tomada"),
        "phishing": ("Phishing", "Phishing"),
        "fraud": ("Fraud, changed payment", "Fraude, pago cambiado"),
        "data": ("Data lost or copied", "Datos perdidos o copiados"),
        "service": ("Service unavailable", "Servicio no disponible"),
        "intrusion": ("Someone in the network", "Alguien en la red"),
        "defacement": ("Web page defaced", "Página web alterada"),
        "lost-device": ("Device lost or stolen", "Equipo perdido o robado"),
        "insider": ("Someone from inside", "Alguien de dentro"),
        "third-party": ("At a supplier", "En un proveedor"),
        "other": ("Something else", "Otra cosa"),
    },
    "/helpWanted": {
        "none": ("None", "Ninguna"),
        "advice": ("Advice: call us", "Consejo: llámenos"),
        "urgent": ("Urgent: help now", "Urgente: ayuda ahora"),
        "on-site": ("Somebody on site", "Alguien en el lugar"),
        "state-police": ("State Police", "Policía Estatal"),
    },
    "/disclosure": {
        "desk-only": ("Only the desk", "Solo el centro"),
        "named": ("Also other members", "También otros miembros"),
        "anonymous": ("Nobody: keep no name", "Nadie: sin nombre"),
    },
    "/safety/affected": {
        "yes": ("Yes", "Sí"),
        "no": ("No", "No"),
        "unknown": ("Not known", "No se sabe"),
    },
}
"""The words of codes, in English and Spanish, for the questions that a sheet of paper asks by ticking."""


def words_of(pointer: str, code: str, language: Language) -> str:
    """A code in words; the code itself where it has none."""
    pair = WORDS.get(pointer, {}).get(code)
    return code if pair is None else pair[1 if language == "es" else 0]
