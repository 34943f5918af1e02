"""Names in other letters than Latin ones, told by the form of address or the label beside them. Standard library only.

Capitals tell nothing in most of these scripts and no list is long enough, so the words around a name speak for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from generation.engine.pii.entities import PERSON, Span, word_set
from generation.engine.pii.patterns.reading import Reading

_HAN = "\u3400-\u9fff々"
_KATAKANA = "ァ-ヶー"
_HANGUL = "가-힣"
# The hundred commonest surnames of China, in both spellings, and of Korea; of Japan those of more than one sign follow.
_CHINESE = (
    "王李张張刘劉陈陳杨楊黄黃赵趙吴吳周徐孙孫马馬朱胡郭何高林罗羅郑鄭梁谢謝宋唐许許韩韓冯馮邓鄧曹彭曾肖蕭田董袁潘于蒋蔣"
    "蔡余杜叶葉程苏蘇魏吕呂丁任沈姚卢盧姜崔钟鍾谭譚陆陸汪范金石廖贾賈夏韦韋傅方白邹鄒孟熊秦邱江尹薛闫段雷侯龙龍史陶黎贺賀"
    "顾顧毛郝龚龔邵万萬钱錢严嚴覃武戴莫孔向汤湯"
)
_LONG_CHINESE = "欧阳|歐陽|司马|司馬|诸葛|諸葛|上官|司徒|皇甫|尉迟|慕容"
_KOREAN = (
    "김이박최정강조윤장임한오서신권황안송류전홍고문양손배백허유남심노하곽성차주우구민진엄채원천방공현함변염여추도소석선설마길연위"
    "표명기반왕금옥육인맹제모탁국어은편용"
)
_CHINESE_NAME = f"(?:(?:{_LONG_CHINESE})|[{_CHINESE}])[{_HAN}]{{1,2}}"
_KOREAN_NAME = f"(?:남궁|황보|제갈|선우|독고|[{_KOREAN}])[{_HANGUL}]{{1,2}}"
_JAPANESE_NAME = (
    f"[{_HAN}]{{2,6}}(?:[ 　][{_HAN}ぁ-ん{_KATAKANA}]{{1,5}})?"
    f"|[{_KATAKANA}]{{2,12}}(?:[・ 　][{_KATAKANA}]{{2,12}})*|[{_HAN}]"
)
# Behind a label a second word may be the next label.
_LABELLED_JAPANESE = (
    f"[{_HAN}]{{1,6}}(?:[ 　][{_HAN}ぁ-ん{_KATAKANA}]{{1,5}}(?![{_HAN}ぁ-ん{_KATAKANA}:：]))?"
    f"|[{_KATAKANA}]{{2,12}}(?:[・ 　][{_KATAKANA}]{{2,12}}(?![:：]))*"
)
_END = r"(?=[\s、，,。．.！!；;：:）)」』]|$)"
_LABEL = r"\s*[:：=]\s*"
_CYRILLIC = "[А-ЯЁІЇЄҐ][а-яёіїєґ'’-]+"
_GREEK = "[Α-ΩΆΈΉΊΌΎΏ][α-ωάέήίόύώϊϋΐΰς]+"
_ARABIC = "[\u0621-\u064a\u0651]{2,}"
_HEBREW = "[\u05d0-\u05ea'\"-]{2,}"
_DEVANAGARI = "[\u0900-\u0963]{2,}"
_THAI = "[\u0e01-\u0e3a\u0e40-\u0e4e]{2,}"
_KIN = "(?:بن|ابن|بنت|أبو|ابو|عبد|آل)"

# The name is the group "n"; what stands around it is read and left alone.
_FORMS = (
    # Japanese
    rf"(?P<n>{_JAPANESE_NAME})[ 　]?(?:様|さま|さん|氏|殿|先生|くん|ちゃん)",
    rf"(?:お?氏名|お?名前|患者名|お客様名|担当者?名?|ご?契約者名?|お届け先|宛名|フリガナ){_LABEL}(?P<n>{_LABELLED_JAPANESE})",
    rf"(?:私は|私、|の)(?P<n>[{_HAN}]{{2,6}}(?:[ 　][{_HAN}]{{1,4}})?)と(?:申します|言います|いいます)",
    # Chinese
    rf"(?:姓名|名字|联系人|聯絡人|收件人|收货人|收貨人|患者|病人|申请人|申請人|投保人|户主|戶名|户名|经办人|客户|客戶|顾客){_LABEL}(?P<n>[{_HAN}]{{2,4}}){_END}",
    rf"(?P<n>(?:(?:{_LONG_CHINESE})|[{_CHINESE}])[{_HAN}]{{0,2}}?)(?:先生|女士|小姐|太太|老师|老師|同学|经理|經理|医生|醫生|教授|师傅)",
    rf"(?:我是|我叫|名叫|我的名字是|本人)(?P<n>{_CHINESE_NAME}){_END}",
    # Korean
    rf"(?P<n>{_KOREAN_NAME})(?=\s?(?:님|씨|고객|환자|과장|부장|대리|사원|교수|선생|차장|팀장|기사))",
    rf"(?:이름|성함|성명|고객명|환자명|담당자|수령인|예금주|받는\s?분)(?:{_LABEL}|[은는이가]\s)(?P<n>[{_HANGUL}]{{2,4}}?)(?=입니다|이고|[\s,.]|$)",
    rf"(?:저는|제 이름은)\s(?P<n>{_KOREAN_NAME})(?=입니다|이라고|라고|이에요|예요|이고)",
    # Any of these behind a Latin title
    rf"\b(?:Mr|Mrs|Ms|Miss|Dr|Prof)\b\.?\s(?P<n>[{_HAN}]{{2,4}}|[{_KATAKANA}]{{2,12}}|[{_HANGUL}]{{2,4}})",
    # Russian and Ukrainian: a patronymic, or a form of address
    rf"(?P<n>{_CYRILLIC}\s[А-ЯЁ][а-яё]+(?:вич|вна|ична|инична|ович|івна)(?:а|у|ем|е|ой|ы)?(?:\s{_CYRILLIC})?)",
    rf"(?P<n>{_CYRILLIC}\s[А-ЯЁІЇЄ]\.\s?[А-ЯЁІЇЄ]\.)",
    r"(?i:уважаем(?:ый|ая)|дорог(?:ой|ая)|меня зовут|мене звати|господин|госпожа|г-н|г-жа|шановн(?:ий|а)|пан|пані)\s"
    rf"(?:г-н\s|г-жа\s)?(?P<n>{_CYRILLIC}(?:\s{_CYRILLIC}){{0,2}})",
    rf"(?i:фио|ф\.и\.о\.|імя|имя|клиент|пациент|заказчик|получатель|піб){_LABEL}(?P<n>{_CYRILLIC}(?:\s{_CYRILLIC}){{0,2}})",
    # Greek
    r"(?i:αγαπητ(?:ή|έ|ός)\s(?:κυρία\s|κύριε\s)?|κυρία\s|κύριε\s|κύριος\s|κος\s|κα\s|κ\.\s|με λένε\s|ονομάζομαι\s)"
    rf"(?P<n>(?!Κυρία|Κύρι){_GREEK}(?:\s{_GREEK}){{0,2}})",
    rf"(?i:όνομα|ονοματεπώνυμο|ασθενής|πελάτης){_LABEL}(?P<n>{_GREEK}(?:\s{_GREEK}){{0,2}})",
    # Arabic: the second word only where it cannot be the next of a sentence
    rf"(?:السيدة?|الآنسة|الأستاذة?|الدكتورة?|د\.|اسمي|اسمها?|أنا اسمي|المريضة?|العميلة?)(?:{_LABEL}|\s)"
    rf"(?P<n>{_ARABIC}(?:\s{_KIN}\s?{_ARABIC})*(?:\s(?:ال{_ARABIC}|{_ARABIC}(?=[،,.:؛]|$)))*)",
    rf"(?:الاسم|الاسم الكامل|اسم العميل|اسم المريض){_LABEL}(?P<n>{_ARABIC}(?:\s{_ARABIC}){{0,3}})",
    # Hebrew
    rf"(?:שמי|קוראים לי|מר|גברת|גב'|ד\"ר|פרופ')\s(?P<n>{_HEBREW}(?:\s{_HEBREW}(?=[,.:;]|$))?)",
    rf"(?:שם|שם מלא|שם הלקוח|לקוח|מטופלת?){_LABEL}(?P<n>{_HEBREW}(?:\s{_HEBREW}){{0,2}})",
    # Hindi
    rf"(?:श्रीमती|श्री|सुश्री|डॉ\.?|मेरा नाम|कुमारी)\s(?P<n>{_DEVANAGARI}(?:\s(?!है|जी|को|का|की|के|ने|से){_DEVANAGARI})?)",
    rf"(?:नाम|ग्राहक|रोगी|मरीज){_LABEL}(?P<n>{_DEVANAGARI}(?:\s{_DEVANAGARI}){{0,2}})",
    # Thai
    rf"(?:นางสาว|นาย|นาง|ด\.ช\.|ด\.ญ\.|ดร\.)\s?(?P<n>{_THAI}\s{_THAI})(?=[\s,.]|$)",
    rf"(?:ชื่อ|ชื่อลูกค้า|ผู้ป่วย|ผู้รับ){_LABEL}(?P<n>{_THAI}(?:\s{_THAI})?)",
)
_PATTERNS = tuple(map(re.compile, _FORMS))
# Words that stand before a form of address and are nobody's name.
_NOBODY = word_set(
    """
    お客 客 皆 奥 皆々 神 王 殿 同 仕 模 多 一 異 有 御 何 誰 貴 母 父 兄 姉 祖父 祖母 息子 娘 弟 妹 叔父 叔母
    先輩 店員 患者 医者 看護師 弁護士 運転手 担当者 担当 社長 部長 課長 店長 係長 会長 社員 皇 花嫁 花婿 新郎
    新婦 相手 隣 業者 屋 彼 摂 華 両 諸 ユーザー スタッフ オーナー ゲスト メンバー ドライバー オペレーター
    マネージャー サポート カスタマー 配達員 各位 利用者 会員 関係者 奥方 殿方 お子 子供 客户 顾客 高级 方便 高兴
    金融 江苏 石油 于是 任何 马上 程序 向导 白领 万一 何时 武汉 任务 段时间 黄金 金额 方法 安全 고객 선생 기사
    주인 원장 공주 하느 이모 고모 장모 신부 도사 변호사 조교 이사 전무 상무 전임 주임 임원 지점장 소장 배우
    한의사 의사 위원 위원장 반장 이장 구청장 시장 사장 회장 부장 과장 차장 대리 팀장 조장 이용자 여러분 문의
    주문 신규 기존 우수 일반 해당 전체 모든 이번 저희 안내 상담 정보 신청 клиент покупатель пользователь коллега
    друг заказчик господин госпожа العميل المريض الزبون الموظف המנהל הלקוח
    """
)
_SHORT_ANNOUNCED = re.compile(r"様|さん|氏|殿|先生|くん|ちゃん|さま")
_LONGEST_BEFORE_HONORIFIC = 4


def find_honoured(reading: Reading) -> Iterator[Span]:
    """Spans of people in texts of other scripts."""
    text = reading.text
    if text.isascii() or not _FOREIGN.search(text):
        return
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            start, end = _cut(text, *match.span("n"))
            if start < end and not _is_nobody(text[start:end]):
                yield Span(PERSON, start, end, 0.7)


_FOREIGN = re.compile(rf"[{_HAN}{_KATAKANA}{_HANGUL}\u0370-\u04ff\u05d0-\u05ea\u0621-\u064a\u0900-\u0963\u0e01-\u0e4e]")
_ALL_HAN = re.compile(rf"[{_HAN}]+")


def _cut(text: str, start: int, end: int) -> tuple[int, int]:
    """A name without what ran into it: of a long run of ideographs before an honorific the last four."""
    is_before = _SHORT_ANNOUNCED.match(text, end) is not None
    if is_before and _ALL_HAN.fullmatch(text, start, end):
        while start and _ALL_HAN.fullmatch(text[start - 1]):
            start -= 1
        start = max(start, end - _LONGEST_BEFORE_HONORIFIC)
    return start, end


def _is_nobody(name: str) -> bool:
    return name.strip("・ 　") in _NOBODY or any(len(one) > 1 and name.endswith(one) for one in _ENDINGS)


# Of a run of ideographs that ends so nothing is a name: 「本日のご担当者様」.
_ENDINGS = tuple(one for one in _NOBODY if _ALL_HAN.fullmatch(one) or one in {"고객", "기사", "선생"})
