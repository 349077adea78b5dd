/** Words of the generated rooms. All invented; longer names are put together from parts. */
type Words = readonly [string, ...string[]];

export const adjectives: Words = [
	"爱吃年糕的",
	"早睡早起的",
	"会算数的",
	"住在云上的",
	"三点下班的",
	"不加香菜的",
	"踮脚走路的",
	"写代码的",
	"怕冷的",
	"修收音机的",
	"西瓜味的",
	"数星星的",
	"慢半拍的",
	"卖风筝的",
	"只喝热水的",
	"骑单车的",
];

export const nouns: Words = [
	"橘猫",
	"海鸥",
	"水獭",
	"小石头",
	"胡萝卜",
	"松鼠",
	"邮递员",
	"蒲公英",
	"土豆",
	"木星",
	"刺猬",
	"豆浆",
	"灯塔",
	"企鹅",
	"栗子",
	"老唱片",
];

export const suffixes: Words = ["", "", "", "07", "同学", "_", "🌟", "本人", "er", "2026", "🍉", "（潜水中）"];

export const titles: Words = [
	"深夜煎饺铺，边做边聊",
	"模拟直播间：弹吉他到天亮",
	"手工木船第三天",
	"听雨自习室",
	"胡同口下象棋",
	"教你认路边的野花",
	"云上钓鱼，今天不空军",
	"一起拼一万片拼图",
];

export const chats: Words = [
	"来了来了",
	"主播晚上好",
	"这个怎么做的？",
	"哈哈哈哈哈哈",
	"第一次来，关注了",
	"666",
	"声音有点小",
	"从昨天等到现在",
	"求歌单！",
	"手速太快了没看清",
	"再来一遍可以吗",
	"太好看了吧 ❤️❤️",
	"我妈问我为什么跪着看直播",
	"求链接 & 尺码 <大号>",
	"今天几点下播",
	"好听 👏👏👏",
	"这波操作可以",
	'请问 "入门" 要准备什么？',
	"路过，点个赞",
	"刚下班，赶上了",
];

export const emojis: readonly [{ id: string; text: string }, ...{ id: string; text: string }[]] = [
	{ id: "7101001", text: "[比心]" },
	{ id: "7101002", text: "[捂脸]" },
	{ id: "7101003", text: "[鼓掌]" },
	{ id: "7101004", text: "[流泪]" },
];

export interface Gift {
	id: string;
	name: string;
	diamonds: number;
	/** Whether it comes in streaks. */
	combo: boolean;
}

export const gifts: readonly [Gift, ...Gift[]] = [
	{ id: "9001", name: "小灯笼", diamonds: 1, combo: true },
	{ id: "9002", name: "热豆浆", diamonds: 1, combo: true },
	{ id: "9003", name: "纸飞机", diamonds: 9, combo: true },
	{ id: "9004", name: "糖葫芦", diamonds: 19, combo: true },
	{ id: "9005", name: "烟花筒", diamonds: 99, combo: true },
	{ id: "9006", name: "木帆船", diamonds: 520, combo: false },
	{ id: "9007", name: "云中灯塔", diamonds: 1200, combo: false },
	{ id: "9008", name: "小行星", diamonds: 3000, combo: false },
];

export const cities: Words = ["云梯镇", "鹿角湾", "南瓜市", "回声谷", "纸船县"];

/** Kinds without a type in any program. */
export const untypedMethods: Words = [
	"WebcastRoomDataSyncMessage",
	"WebcastLinkMessage",
	"WebcastLiveEcomGeneralMessage",
	"WebcastTaskCenterEntranceMessage",
	"WebcastSimulatedNoveltyMessage",
];
