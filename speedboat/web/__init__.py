"""HTTP: pages, assets, the REST API, the library, security headers, health checks."""
