"""Starts every process of the service on one machine and keeps them running.

supervisord does the supervising; this room writes its configuration, waits until every process
is ready, tells a person what happens, and leaves no process behind.
"""
