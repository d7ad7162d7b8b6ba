"""The synonyms that a community starts with. Editors keep them from here on; what they delete stays deleted."""

from django.db import migrations

GROUPS = [
    ["co-occurring disorders", "co-occurring conditions", "COD", "dual diagnosis", "dual disorders", "comorbidity"],
    ["substance use disorder", "SUD", "addiction", "substance abuse"],
    ["opioid use disorder", "OUD", "opioid addiction"],
    ["alcohol use disorder", "AUD", "alcoholism"],
    ["serious mental illness", "SMI", "severe mental illness"],
    ["serious emotional disturbance", "SED"],
    ["medications for opioid use disorder", "MOUD", "medication-assisted treatment", "MAT"],
    ["screening, brief intervention and referral to treatment", "SBIRT"],
    ["certified community behavioral health clinic", "CCBHC"],
    ["integrated dual disorder treatment", "IDDT"],
    ["assertive community treatment", "ACT team"],
    ["peer support", "recovery support", "peer services", "lived experience"],
    ["peer specialist", "peer worker", "recovery coach"],
    ["behavioral health", "mental health and substance use"],
    ["evidence-based practice", "EBP"],
    ["dual diagnosis capability in addiction treatment", "DDCAT"],
    ["trauma-informed care", "trauma-informed approach"],
    ["jail", "detention", "correctional facility"],
    ["reentry", "re-entry", "release from incarceration"],
    ["telehealth", "telemedicine", "telepsychiatry"],
    ["naloxone", "Narcan"],
    ["buprenorphine", "Suboxone"],
    ["first episode psychosis", "coordinated specialty care", "FEP"],
    ["permanent supportive housing", "PSH", "supportive housing"],
]


def add(apps, schema_editor):
    """Add the groups, where there are none."""
    model = apps.get_model("search", "SynonymGroup")
    if not model.objects.exists():
        model.objects.bulk_create(model(words="\n".join(group)) for group in GROUPS)


class Migration(migrations.Migration):
    """Data alone."""

    dependencies = [("search", "0005_search_page")]

    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
