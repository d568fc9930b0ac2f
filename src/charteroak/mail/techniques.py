"""The names of the ATT&CK techniques that signals stand for, so that nobody has to look an identifier up.

Identifiers and names are MITRE's, from ATT&CK for Enterprise, version 17 (2025). A technique that has none here, such
as one of an analysis by a later version, is shown by its identifier.
"""

from types import MappingProxyType

TECHNIQUE_NAMES = MappingProxyType(
    {
        "T1027": "Obfuscated Files or Information",
        "T1027.006": "HTML Smuggling",
        "T1027.013": "Encrypted/Encoded File",
        "T1036": "Masquerading",
        "T1036.002": "Right-to-Left Override",
        "T1036.007": "Double File Extension",
        "T1036.008": "Masquerade File Type",
        "T1056": "Input Capture",
        "T1056.003": "Web Portal Capture",
        "T1059": "Command and Scripting Interpreter",
        "T1059.007": "JavaScript",
        "T1204": "User Execution",
        "T1204.001": "Malicious Link",
        "T1204.002": "Malicious File",
        "T1221": "Template Injection",
        "T1499": "Endpoint Denial of Service",
        "T1499.004": "Application or System Exploitation",
        "T1553": "Subvert Trust Controls",
        "T1553.005": "Mark-of-the-Web Bypass",
        "T1566": "Phishing",
        "T1566.001": "Spearphishing Attachment",
        "T1566.002": "Spearphishing Link",
        "T1566.004": "Spearphishing Voice",
        "T1585": "Establish Accounts",
        "T1585.002": "Email Accounts",
        "T1598": "Phishing for Information",
        "T1598.003": "Spearphishing Link",
        "T1656": "Impersonation",
        "T1657": "Financial Theft",
        "T1672": "Email Spoofing",
    }
)


def name_of_technique(code: str) -> str:
    """MITRE's name, a part after the whole: ``Phishing: Spearphishing Link``. Empty for one that is not known here."""
    whole, _, part = code.partition(".")
    names = (TECHNIQUE_NAMES.get(whole), TECHNIQUE_NAMES.get(code) if part else "")
    return "" if None in names else ": ".join(name for name in names if name)
