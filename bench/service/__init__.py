"""The service, measured over HTTP beside its peers: `python -m bench.service`."""
