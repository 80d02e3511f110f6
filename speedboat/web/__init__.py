"""HTTP: pages, assets, REST API, security headers, health."""
