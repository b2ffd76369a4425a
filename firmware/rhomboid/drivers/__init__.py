"""One file per part. Pins and buses are handed in; nothing here touches hardware at import."""
