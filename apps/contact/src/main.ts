import { serve } from '@throughline/platform'
import { contactService } from '@throughline/service-contact'

serve([contactService])
