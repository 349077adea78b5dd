import { posix } from "node:path";
import { type Setup, type SystemService, serviceName } from "./plan.ts";

const unit = `${serviceName}.service`;

/** A unit of the user's own systemd. */
export const systemd: SystemService = {
	install: (setup) => [
		{ write: pathOf(setup), content: Buffer.from(unitFile(setup)) },
		systemctl("daemon-reload"),
		systemctl("enable", "--now", unit),
	],
	uninstall: (setup) => [
		{ ...systemctl("disable", "--now", unit), mayFail: true },
		{ remove: pathOf(setup) },
		systemctl("daemon-reload"),
	],
	status: () => [{ ...systemctl("status", "--no-pager", "--lines=5", unit), mayFail: true }],
};

function systemctl(...args: string[]) {
	return { program: "systemctl", args: ["--user", ...args] };
}

function pathOf({ userFolder }: Setup): string {
	return posix.join(userFolder, ".config/systemd/user", unit);
}

function unitFile({ command, home }: Setup): string {
	return `[Unit]
Description=livekeeper keeps Douyin live rooms connected

[Service]
ExecStart=${command.map(quoted).join(" ")}
WorkingDirectory=${home.replaceAll("%", "%%")}
Restart=always
RestartSec=5
TimeoutStopSec=45

[Install]
WantedBy=default.target
`;
}

/** Quotes a word for systemd, which splits and expands command lines. */
function quoted(word: string): string {
	const escaped = word.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("%", "%%").replaceAll("$", "$$$$");
	return `"${escaped}"`;
}
