"""A server on 127.0.0.1 whose answers a subclass makes."""
import http.server
import threading


class LoopbackApi:
    """`take` gets a request (method, path, query, headers, body text) and its address, and gives status, headers and body."""

    def __init__(self):
        api = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def handle_any(self):
                api.serve(self)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        # A client that goes away is no news.
        self.server.handle_error = lambda *_: None
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.lock = threading.Lock()
        self.reset()
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def serve(self, handler):
        length = int(handler.headers.get("content-length") or 0)
        text = handler.rfile.read(length).decode() if length else ""
        path, _, query = handler.path.partition("?")
        request = {
            "method": handler.command,
            "path": path,
            "query": sorted(query.split("&")) if query else [],
            "headers": {name.lower(): value for name, value in handler.headers.items()},
            "body": text,
        }
        status, headers, body = self.take(request, handler.path)
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("content-length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)
