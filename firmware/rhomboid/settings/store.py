"""The settings on flash, for the running firmware: schema and slots are in memory only while they are used."""

from rhomboid.passing import forget

FOLDER = "/settings"


class SaveError(Exception):
    """The new settings were not stored; the ones before them still count."""


class Store:
    """The two slots of settings/slots.py in `folder`."""

    def __init__(self, folder=FOLDER):
        self.folder = folder

    def load(self):
        """(settings, reasons) as Slots.load gives them."""
        from rhomboid.settings.slots import Slots

        loaded = Slots(self.folder).load()
        _forget()
        return loaded

    def save(self, values):
        """Store `values`. Raises SaveError; then the ones before count."""
        from rhomboid.settings.slots import Slots

        try:
            Slots(self.folder).save(values)
        finally:
            _forget()


def _forget():
    forget("rhomboid.settings.slots", "rhomboid.settings.schema")
