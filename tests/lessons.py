"""A small lesson that tests use: a state that halves, with two questions."""

LESSON = """\
format: 1
title: {en: Halving, ko: 반감}
about: {en: A state halves at every step., ko: 상태가 단계마다 반으로 준다.}
input: {values: {series: [1, 0, 0, 0, 0, 0]}}
models:
  leak:
    title: {en: Leak, ko: 누출}
    equations: "h = 0.5 * h[t-1] + W @ x"
    weights: {values: {W: [[1]]}}
  whole:
    equations: "h = h[t-1] + W @ x"
    weights: {values: {W: [[1]]}}
script:
  - at: 1
    note: {en: Written., ko: 쓰였다.}
expect:
  - that: whole.h[0] == 1
lesson:
  number: 1
  teaches: {en: How a leak forgets., ko: 누출이 어떻게 잊는가.}
  look_for:
    - {en: The value of h., ko: h의 값.}
  questions:
    - at: 3
      ask: {en: What is left at step 3?, ko: 단계 3에 남는 것은?}
      choices:
        - text: {en: a half, ko: 절반}
          that: leak.h[0] == 0.5
        - text: {en: a quarter, ko: 4분의 1}
          that: leak.h[0] == 0.25
      answer: 2
      reveal: {en: Two halvings., ko: 두 번 반으로 줄었다.}
      focus: {lane: whole, unit: 0}
    - at: last
      ask: {en: Which lane is larger?, ko: 어느 쪽이 더 큰가?}
      choices:
        - text: {en: the leak, ko: 누출}
          that: leak.h[0] > whole.h[0]
        - text: {en: both are equal, ko: 같다}
          that: leak.h[0] == whole.h[0]
        - text: {en: the whole one, ko: 온전한 쪽}
          that: leak.h[0] < whole.h[0]
      answer: 3
      reveal: {en: One of them keeps., ko: 한쪽은 지킨다.}
"""
