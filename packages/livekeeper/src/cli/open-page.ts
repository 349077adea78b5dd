import { spawn } from "node:child_process";

/** A program and its first arguments; the address comes last. */
type Opener = readonly [program: string, ...args: string[]];

const openers: Partial<Record<NodeJS.Platform, Opener>> = {
	// No shell, so nothing of the address has to be quoted.
	win32: ["rundll32.exe", "url.dll,FileProtocolHandler"],
	darwin: ["open"],
};
const freeDesktop: Opener = ["xdg-open"];

export function openerOf(platform: NodeJS.Platform): Opener {
	return openers[platform] ?? freeDesktop;
}

/**
 * Shows an address in the user's browser.
 * @returns whether there is a program that shows it: on a server there may be none
 */
export function openPage(url: string): Promise<boolean> {
	const [program, ...args] = openerOf(process.platform);
	// Ctrl-C that ends the service is not meant for the browser, and on Windows what is not detached ends with us.
	const child = spawn(program, [...args, url], { stdio: "ignore", detached: true, windowsHide: true });
	child.unref();
	return new Promise((resolve) => {
		child.once("spawn", () => resolve(true));
		child.once("error", () => resolve(false));
	});
}
