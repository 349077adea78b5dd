import { type Ref, ref } from "vue";
import { SoundPlayer } from "../overlay/gift-sounds.ts";
import { after, PlayQueue } from "../overlay/play-queue.ts";

/** `none`: the browser has no notifications, or only for pages that come encrypted or from this machine. */
type Permission = NotificationPermission | "none";

function permissionNow(): Permission {
	const able = "Notification" in globalThis && isSecureContext && "locks" in navigator;
	return able ? Notification.permission : "none";
}

/** Whether this browser lets the page give notice. */
export const permission: Ref<Permission> = ref(permissionNow());

/** Asks for it: only on somebody's click. */
export async function askPermission(): Promise<void> {
	if (permissionNow() === "default") await Notification.requestPermission();
	permission.value = permissionNow();
}

export interface BrowserNotice {
	title: string;
	body: string;
	onClick?: () => void;
}

/** Names and messages are text here: no browser reads them as HTML. @throws TypeError where only a service worker may show one */
export function showNotice({ title, body, onClick }: BrowserNotice): void {
	const notice = new Notification(title, { body });
	notice.onclick = () => {
		window.focus();
		notice.close();
		onClick?.();
	};
}

const player = new SoundPlayer({ sound: 70, sound_of: "chime" }, after);
/** A sound that the browser does not begin is given up after 5 s. */
const sounds = new PlayQueue<{ key: number; diamonds: number }>(player, 5_000, after);
let rung = 0;

/** Heard once somebody has clicked into the page since it was loaded. */
export function ring(): void {
	sounds.add({ key: ++rung, diamonds: 100 }, false);
}
