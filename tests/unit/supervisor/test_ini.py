from __future__ import annotations

from pathlib import Path

from supervisor.options import ServerOptions

from bot.settings import load_settings
from bot.supervisor.ini import render, socket_path
from bot.supervisor.processes import all_processes


def test_configuration_has_every_process_and_no_tcp_when_supervisord_reads_it(
    tmp_path: Path,
) -> None:
    settings = load_settings({"FAQBOT_VAR": str(tmp_path)})
    (tmp_path / "log").mkdir()
    (tmp_path / "run").mkdir()
    file = tmp_path / "supervisord.conf"
    text = render(all_processes(settings), tmp_path)
    file.write_text(text)
    options = ServerOptions()
    options.configfile = str(file)
    options.process_config(do_usage=False)

    [group] = options.process_group_configs
    names = {process.name for process in group.process_configs}
    assert names == {"actions", "rasa", "web", "desk", "worker"}
    assert all(process.stopasgroup and process.killasgroup for process in group.process_configs)
    assert "inet_http_server" not in text


def test_socket_is_short_when_the_folder_is_deep(tmp_path: Path) -> None:
    deep = tmp_path / ("long" * 30)

    assert len(str(socket_path(deep))) < 104
    assert socket_path(deep) != socket_path(tmp_path / ("gone" * 30))
