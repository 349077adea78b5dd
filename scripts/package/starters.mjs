// Files that a user starts: on Windows a .cmd file, elsewhere a shell script, on macOS also one that Finder runs.
import { nodeVersion } from "./targets.mjs";

/** Without an argument, as by a double click, starts the service and its page; otherwise the given command. */
const cmd = `@echo off
rem Starts livekeeper and opens its page. With arguments it is the livekeeper command: livekeeper.cmd status
setlocal
title livekeeper
if not "%~1"=="" goto start
rem The window stays open after a failure, so that the message can be read.
set "pause_on_failure=1"
"%~f0" serve --open
:start
if not defined LIVEKEEPER_HOME set "LIVEKEEPER_HOME=%~dp0."
set "LIVEKEEPER_STARTER=%~f0"
rem The folder of an update, if there is one.
set "app_folder=app"
if exist "%~dp0current.txt" set /p app_folder=<"%~dp0current.txt"
if not exist "%~dp0%app_folder%\\node.exe" set "app_folder=app"
"%~dp0%app_folder%\\node.exe" "%~dp0%app_folder%\\node_modules\\livekeeper\\bin\\livekeeper.js" %*
if errorlevel 75 if not errorlevel 76 goto again
rem A crash has a negative code.
if %errorlevel% neq 0 if defined pause_on_failure pause
exit /b %errorlevel%
:again
rem An update is installed: the service has stopped so that the new version starts.
set "LIVEKEEPER_RESTARTED=1"
goto start
`;

/** Hands over to the other file: `call` would take a % in the folder's name for the beginning of a variable. */
const cmdDemo = `@echo off
rem Three made-up rooms, to look around in; nothing of them is kept.
setlocal
set "pause_on_failure=1"
"%~dp0livekeeper.cmd" serve --open --demo
`;

const sh = `#!/bin/sh
# Starts livekeeper and opens its page. With arguments it is the livekeeper command: ./livekeeper status
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd) || exit 1
: "\${LIVEKEEPER_HOME:=$here}"
LIVEKEEPER_STARTER="$here/livekeeper"
export LIVEKEEPER_HOME LIVEKEEPER_STARTER
[ $# -gt 0 ] || set -- serve --open
# The folder of an update, if there is one.
app=app
if [ -r "$here/current.txt" ]; then read -r app < "$here/current.txt"; fi
[ -x "$here/$app/node" ] || app=app
exec "$here/$app/node" "$here/$app/node_modules/livekeeper/bin/livekeeper.js" "$@"
`;

const finder = `#!/bin/sh
exec "$(dirname -- "$0")/livekeeper"
`;

/** @returns the files, as text files of that system */
export function starters({ platform }, version) {
	const script = (path, text) => ({ path, content: Buffer.from(text), mode: 0o755 });
	if (platform === "win32") {
		const crlf = (text) => text.replaceAll("\n", "\r\n");
		return [
			script("livekeeper.cmd", crlf(cmd)),
			script("demo.cmd", crlf(cmdDemo)),
			{ path: "current.txt", content: Buffer.from("app\r\n"), mode: 0o644 },
			{ path: "使用说明.txt", content: Buffer.from(crlf(readme(version, windows))), mode: 0o644 },
		];
	}
	const mac = platform === "darwin";
	return [
		script("livekeeper", sh),
		...(mac ? [script("livekeeper.command", finder)] : []),
		// Unpacked over an older version, the archive is what starts.
		{ path: "current.txt", content: Buffer.from("app\n"), mode: 0o644 },
		{ path: "使用说明.txt", content: Buffer.from(readme(version, mac ? macOs : linux)), mode: 0o644 },
	];
}

const windows = {
	zh: "双击 livekeeper.cmd 启动，浏览器会自动打开页面；关闭它的窗口就停止。想先试试：双击 demo.cmd。",
	en: "Double-click livekeeper.cmd: it starts, and its page opens. Closing its window stops it. To look around first: demo.cmd.",
	command: "livekeeper.cmd",
};
const macOs = {
	zh: "双击 livekeeper.command 启动，浏览器会自动打开页面；关闭它的窗口就停止。如果 macOS 拒绝打开，请先在终端运行：xattr -dr com.apple.quarantine 本文件夹",
	en: "Double-click livekeeper.command: it starts, and its page opens. Closing its window stops it. If macOS refuses it, first run in a terminal: xattr -dr com.apple.quarantine THIS_FOLDER",
	command: "./livekeeper",
};
const linux = {
	zh: "运行 ./livekeeper 启动，浏览器会自动打开页面；按 Ctrl-C 停止。",
	en: "Run ./livekeeper: it starts, and its page opens. Ctrl-C stops it.",
	command: "./livekeeper",
};

function readme(version, { zh, en, command }) {
	return `livekeeper ${version}

${zh}
数据在本文件夹的 data 里（本文件夹不可写时，在用户目录里）。更新：先停止，再把新版本解压覆盖到这里，数据会保留。
端口被占用时：${command} serve --open --port 7002
开机自动运行：${command} service install
用浏览器扩展发送抖音登录：在网页里点“登录后接收礼物”，按提示加载文件夹 extension。

${en}
Your data is in the folder data beside this file (where this folder can't be written: in your user folder).
To update: stop it, and unpack the new version over this folder; your data stays.
Where the port is taken: ${command} serve --open --port 7002
To run it whenever you log in: ${command} service install
To hand your Douyin login over by a browser extension: click "Log in to receive gifts" in the page, which tells how to load
the folder extension.

Node.js ${nodeVersion} (https://nodejs.org, MIT licence) is included as app/node.
`;
}
