import type { User } from "../wire/index.ts";
import type { LiveUser } from "./live-event.ts";

/** Matches a name as the site masks it: its first character, then three stars. Real names may contain stars, too. */
const maskedName = /^.\*{3}$/u;

/** Maps the user of a message; `undefined` if the message names none. */
export function userOf(user: User | undefined): LiveUser | undefined {
	if (!user) return undefined;
	const id = user.id !== "0" || user.idStr === "" ? user.id : user.idStr;
	const live: LiveUser = {
		id,
		secUid: user.secUid,
		nickname: user.nickname,
		gender: user.gender === 1 ? "male" : user.gender === 2 ? "female" : "unknown",
		avatar: user.avatarThumbUrl ?? "",
		level: user.payGradeLevel || user.level,
		masked: isPlaceholder(id) || (user.nickname.endsWith("***") && maskedName.test(user.nickname)),
	};
	if (user.displayId !== "") live.displayId = user.displayId;
	if (user.webcastUid !== "") live.webcastUid = user.webcastUid;
	if (user.userAttr?.isAdmin) live.admin = true;
	if (user.userAttr?.isSuperAdmin) live.superAdmin = true;
	const club = user.fansClubData;
	if (club && (club.clubName !== "" || club.level > 0)) live.fansClub = { name: club.clubName, level: club.level };
	return live;
}

/** Returns a key that distinguishes users as far as the upstream allows: masked users share an id. */
export function identityOf(user: LiveUser | undefined): string {
	if (!user) return "";
	return user.secUid || (user.masked ? `${user.id}/${user.nickname}` : user.id);
}

/** Whether an id is 0 or one such as 111111, which the upstream gives to masked users. No real id repeats one digit. */
function isPlaceholder(id: string): boolean {
	const first = id.charCodeAt(0);
	for (let i = 1; i < id.length; i++) if (id.charCodeAt(i) !== first) return false;
	return true;
}
