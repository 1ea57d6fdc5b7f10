"""A class that predicts together: one question after another, each answered, closed and revealed.

asked     what a class is asked, and what of it all may know
store     where classes are kept: the one interface of `sqlite` and `redis`, and their troubles
sqlite    one file under WEIGHTKIT_HOME, for one server
redis     a Redis that several servers share
classes   who may do what: codes, the lecturer's key, ids of tabs, guesses
tables    all answers as CSV, and how many gave which
"""
