"""The words of the lessons' own screens, in the languages that lessons ship in.

The texts of a lesson stand in its file; these are the few words around them. Another language falls
back to English.
"""

from __future__ import annotations

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "ladder": "The ladder of sequence models",
        "travel": "Time travel",
        "lessons": "Lessons",
        "lesson": "Lesson {number}",
        "look for": "What to look for",
        "question": "Question {number} of {count}",
        "before": "step {step} is held back until you have answered",
        "right": "Right.",
        "wrong": "Not this time: the answer is {answer}.",
        "skipped": "Skipped. The answer is {answer}.",
        "yours": "your answer",
        "evidence": "At step {step}:",
        "begin keys": "→ begins · i contents · ? help",
        "ask keys": "1–{count} answers · ↑↓ and enter too · ← looks back · esc skips",
        "reveal keys": "enter goes on · r shows this again",
        "done": "Lesson {number} is done: {right} of {asked} right · ] next lesson · i contents",
        "all done": "This was the last lesson: {right} of {asked} right · i contents",
        "future": "what lies ahead stays covered until the questions are answered",
        "none": "no lesson is open; `rnnstep learn` opens the ladder",
        "no next": "this is the last lesson; i opens the contents",
        "no previous": "this is the first lesson",
        "no number": "there is no lesson {number}",
        "opening": "opening lesson {number} …",
        "new": "not begun",
        "begun": "begun",
        "score": "{right} of {asked} right",
        "total": "{done} of {count} lessons done",
        "contents keys": "↑↓ or {first}–{last} chooses · enter opens · esc back · q quits",
        "damaged": "your progress could not be read; the file is kept as {path}",
        "unwritten": "your progress could not be saved: {reason}",
    },
    "ko": {
        "ladder": "시퀀스 모형의 사다리",
        "travel": "시간 여행",
        "lessons": "강의",
        "lesson": "제{number}강",
        "look for": "살펴볼 것",
        "question": "질문 {number}/{count}",
        "before": "단계 {step}: 답할 때까지 가려 둡니다",
        "right": "맞았습니다.",
        "wrong": "이번에는 아닙니다. 답은 {answer}번입니다.",
        "skipped": "건너뛰었습니다. 답은 {answer}번입니다.",
        "yours": "고른 답",
        "evidence": "단계 {step}에서:",
        "begin keys": "→ 시작 · i 차례 · ? 도움말",
        "ask keys": "1–{count} 답하기 · ↑↓와 enter도 됩니다 · ← 돌아보기 · esc 건너뛰기",
        "reveal keys": "enter 계속 · r 다시 보기",
        "done": "제{number}강을 마쳤습니다. {asked}문제 중 {right}개 정답 · ] 다음 강 · i 차례",
        "all done": "마지막 강을 마쳤습니다. {asked}문제 중 {right}개 정답 · i 차례",
        "future": "질문에 모두 답하기 전에는 앞으로 올 단계를 보여 주지 않습니다",
        "none": "열린 강의가 없습니다. `rnnstep learn`으로 사다리를 여십시오",
        "no next": "마지막 강입니다. i를 누르면 차례가 열립니다",
        "no previous": "첫 강입니다",
        "no number": "제{number}강은 없습니다",
        "opening": "제{number}강을 여는 중 …",
        "new": "시작 전",
        "begun": "진행 중",
        "score": "{asked}문제 중 {right}개 정답",
        "total": "{count}강 중 {done}강을 마침",
        "contents keys": "↑↓ 또는 {first}–{last} 고르기 · enter 열기 · esc 돌아가기 · q 끝내기",
        "damaged": "진도 파일을 읽을 수 없어 {path}(으)로 옮겨 두었습니다",
        "unwritten": "진도를 저장하지 못했습니다: {reason}",
    },
}
"""By language and phrase."""


def word(language: str, phrase: str, **values: object) -> str:
    """A phrase in a language, with its values."""
    return WORDS.get(language, WORDS["en"])[phrase].format(**values)
