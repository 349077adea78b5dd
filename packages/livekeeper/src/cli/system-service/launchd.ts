import { posix } from "node:path";
import { type Setup, type SystemService, serviceName, xmlText } from "./plan.ts";

/** An agent of the user's launchd. */
export const launchd: SystemService = {
	install: (setup) => [
		{ write: pathOf(setup), content: Buffer.from(propertyList(setup)) },
		// A loaded agent would keep its old definition.
		{ ...launchctl("bootout", targetOf(setup)), mayFail: true },
		launchctl("bootstrap", `gui/${setup.uid}`, pathOf(setup)),
	],
	uninstall: (setup) => [{ ...launchctl("bootout", targetOf(setup)), mayFail: true }, { remove: pathOf(setup) }],
	status: (setup) => [{ ...launchctl("print", targetOf(setup)), mayFail: true }],
};

function launchctl(...args: string[]) {
	return { program: "launchctl", args };
}

const targetOf = ({ uid }: Setup) => `gui/${uid}/${serviceName}`;

function pathOf({ userFolder }: Setup): string {
	return posix.join(userFolder, "Library/LaunchAgents", `${serviceName}.plist`);
}

function propertyList({ command, home }: Setup): string {
	const words = command.map((word) => `\t\t<string>${xmlText(word)}</string>`).join("\n");
	return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
	<key>Label</key>
	<string>${serviceName}</string>
	<key>ProgramArguments</key>
	<array>
${words}
	</array>
	<key>WorkingDirectory</key>
	<string>${xmlText(home)}</string>
	<key>RunAtLoad</key>
	<true/>
	<key>KeepAlive</key>
	<true/>
</dict>
</plist>
`;
}
