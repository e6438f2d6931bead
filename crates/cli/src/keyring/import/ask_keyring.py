import sys

# The folder we happen to be in is no place to import from.
sys.path[:] = [folder for folder in sys.path if folder]
answers = sys.stdout
sys.stdout = sys.stderr

import json


def find(services, user):
    for service in services:
        # Finds credentials without a user name, too; keyring has it since 15.2.
        if hasattr(keyring, "get_credential"):
            found = keyring.get_credential(service, user)
            if found is not None:
                return [found.username, found.password]
        elif user is not None:
            password = keyring.get_password(service, user)
            if password:
                return [user, password]
    return None


answer = None
try:
    import keyring

    if sys.argv[1] == "find":
        answer = find(*json.loads(sys.argv[2]))
    elif sys.argv[1] == "save":
        keyring.set_password(*json.load(sys.stdin))
except ImportError as error:
    answer = False if sys.argv[1] == "import" else {"exception": str(error)}
except Exception as error:
    answer = {"exception": str(error)}
json.dump(answer, answers)
